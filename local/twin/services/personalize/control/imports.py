"""Dataset import jobs: import CSV files from S3 into a dataset."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from local.twin.services.personalize.control.reading import describe_operation, list_operation
from local.twin.services.personalize.data.csv_reader import read_csv
from local.twin.services.personalize.errors import (
    InvalidInputError,
    JobFailedError,
    LimitExceededError,
    ResourceInUseError,
)
from local.twin.services.personalize.state import ObjectStore, PersonalizeState
from local.twin.services.personalize.store import ACTIVE, BUSY, Kind

Fields = dict[str, Any]
MAX_RUNNING = 5


def create_dataset_import_job(state: PersonalizeState, request: Fields) -> Fields:
    """Start an import that replaces earlier bulk data (FULL) or adds to it (INCREMENTAL)."""
    dataset = state.active(Kind.DATASET, request["datasetArn"])
    location = request["dataSource"].get("dataLocation", "")
    if not location.startswith("s3://"):
        raise InvalidInputError("dataSource.dataLocation: expected an s3:// location.")
    if "roleArn" not in request:
        raise InvalidInputError("roleArn: expected the ARN of a role that can read the data location.")
    _check_others(state, dataset.arn, incremental=request.get("importMode") == "INCREMENTAL")
    arn = state.arn(Kind.DATASET_IMPORT_JOB, request["jobName"])
    fields = {key: value for key, value in request.items() if key != "tags"} | {"datasetImportJobArn": arn}
    fields.setdefault("importMode", "FULL")

    def work() -> None:
        _import(state, dataset.fields, fields, replace=fields["importMode"] == "FULL")

    state.life_cycle.create(state.new_resource(Kind.DATASET_IMPORT_JOB, arn, fields, request), work)
    return {"datasetImportJobArn": arn}


def _check_others(state: PersonalizeState, dataset_arn: str, *, incremental: bool) -> None:
    running = [job for job in state.store.find(Kind.DATASET_IMPORT_JOB) if job.status in BUSY]
    for job in running:
        if job.fields["datasetArn"] == dataset_arn:
            raise ResourceInUseError(f"Another import job of this dataset is running: {job.arn}.")
    if len(running) >= MAX_RUNNING:
        raise LimitExceededError(f"More than {MAX_RUNNING} resources with PENDING or IN_PROGRESS status.")
    if incremental and not state.store.find(Kind.DATASET_IMPORT_JOB, datasetArn=dataset_arn, status=ACTIVE):
        raise InvalidInputError(
            "importMode: no bulk data has been imported into this dataset yet; the first import is FULL."
        )


describe_dataset_import_job = describe_operation(Kind.DATASET_IMPORT_JOB)
list_dataset_import_jobs = list_operation(Kind.DATASET_IMPORT_JOB, "datasetImportJobs", owner=Kind.DATASET)


def _import(state: PersonalizeState, dataset: Fields, job: Fields, *, replace: bool) -> None:
    data = state.group_data[dataset["datasetGroupArn"]]
    dataset_type = dataset["datasetType"]
    files = read_files(state.objects(job["roleArn"]), job["dataSource"]["dataLocation"])
    table = read_csv(files, data.schemas[dataset_type])
    if dataset_type == "INTERACTIONS":
        data.import_interactions(table, replace=replace)
    else:
        data.import_entities(dataset_type, table, replace=replace)


def read_files(objects: ObjectStore, location: str) -> Iterator[tuple[str, bytes]]:
    """Yield key and content of the objects at an `s3://` location; raises JobFailedError."""
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    try:
        for key in _keys(objects, bucket, prefix):
            yield key, objects.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        raise JobFailedError(f"Cannot read {location}: {error.response['Error'].get('Message')}") from None


def _keys(objects: ObjectStore, bucket: str, prefix: str) -> Iterator[str]:
    token: dict[str, str] = {}
    while True:
        answer = objects.list_objects_v2(Bucket=bucket, Prefix=prefix, **token)
        for found in answer.get("Contents", []):
            inside = found["Key"] == prefix or prefix.endswith("/") or not prefix
            if (inside or found["Key"].startswith(prefix + "/")) and found["Size"]:
                yield found["Key"]
        if not answer.get("IsTruncated"):
            return
        token = {"ContinuationToken": answer["NextContinuationToken"]}
