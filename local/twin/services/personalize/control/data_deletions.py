"""Data deletion jobs: delete users, listed in CSV files in S3, from the datasets and models of a group."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from local.twin.services.personalize.background import Job
from local.twin.services.personalize.control.imports import read_files
from local.twin.services.personalize.control.reading import describe_operation, list_operation
from local.twin.services.personalize.errors import InvalidInputError, JobFailedError, LimitExceededError
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import Kind, Resource

Fields = dict[str, Any]
PENDING, IN_PROGRESS, COMPLETED, FAILED = "PENDING", "IN_PROGRESS", "COMPLETED", "FAILED"
"""A deletion job has statuses of its own: https://docs.aws.amazon.com/personalize/latest/dg/API_DataDeletionJob.html."""
MAX_PENDING = 5
MAX_INPUT_BYTES = 100_000_000
COLUMN = "USER_ID"


def create_data_deletion_job(state: PersonalizeState, request: Fields) -> Fields:
    """Start a job that deletes the users whose ids are in the CSV files at the data location."""
    group = state.active(Kind.DATASET_GROUP, request["datasetGroupArn"])
    location = request["dataSource"].get("dataLocation", "")
    if not location.startswith("s3://"):
        raise InvalidInputError("dataSource.dataLocation: expected an s3:// location.")
    pending = state.store.find(Kind.DATA_DELETION_JOB, datasetGroupArn=group.arn, status=PENDING)
    if len(pending) >= MAX_PENDING:
        raise LimitExceededError(f"More than {MAX_PENDING} data deletion jobs with PENDING status.")
    arn = state.arn(Kind.DATA_DELETION_JOB, request["jobName"])
    now = state.clock()
    fields = {key: value for key, value in request.items() if key != "tags"} | {
        "dataDeletionJobArn": arn,
        "status": PENDING,
        "creationDateTime": now,
        "lastUpdatedDateTime": now,
    }
    job = state.new_resource(Kind.DATA_DELETION_JOB, arn, fields, request)
    state.store.add(job)
    state.life_cycle.start(_work(state, job, location))
    return {"dataDeletionJobArn": arn}


describe_data_deletion_job = describe_operation(Kind.DATA_DELETION_JOB)
list_data_deletion_jobs = list_operation(Kind.DATA_DELETION_JOB, "dataDeletionJobs", owner=Kind.DATASET_GROUP)


def _work(state: PersonalizeState, job: Resource, location: str) -> Job:
    deleted = 0

    def delete() -> None:
        nonlocal deleted
        deleted = _delete_users(
            state, job.fields["datasetGroupArn"], _user_ids(state, job.fields["roleArn"], location)
        )

    yield
    _update(state, job, status=IN_PROGRESS)
    yield
    reason = state.life_cycle.attempt(job, delete)
    if reason is None:
        _update(state, job, status=COMPLETED, numDeleted=deleted)
    else:
        _update(state, job, status=FAILED, failureReason=reason)


def _update(state: PersonalizeState, job: Resource, **fields: object) -> None:
    with state.store.lock:
        job.fields |= {**fields, "lastUpdatedDateTime": state.clock()}


def _user_ids(state: PersonalizeState, role_arn: str, location: str) -> frozenset[str]:
    contents = [content for _, content in read_files(state.objects(role_arn), location)]
    if not contents:
        raise JobFailedError("No CSV file was found at the data location.")
    if sum(map(len, contents)) > MAX_INPUT_BYTES:
        raise JobFailedError(f"The input is larger than {MAX_INPUT_BYTES} bytes.")
    return frozenset(user_id for content in contents for user_id in _column(content))


def _column(content: bytes) -> Iterator[str]:
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    if rows.fieldnames != [COLUMN]:
        raise JobFailedError(f"Input csv: expected the single column {COLUMN}, got {rows.fieldnames}.")
    yield from (row[COLUMN] for row in rows)


def _delete_users(state: PersonalizeState, group_arn: str, user_ids: frozenset[str]) -> int:
    data = state.group_data[group_arn]
    deleted = data.delete_users(user_ids)
    for deployed in list(state.deployed_models.values()):
        if deployed.data is data:
            deployed.model.forget_users(user_ids)
    for trained in list(state.trained.values()):
        trained.model.forget_users(user_ids)
    return deleted
