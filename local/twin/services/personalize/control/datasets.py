"""Datasets."""

from typing import Any

from local.twin.services.personalize.control.reading import describe_operation, list_operation
from local.twin.services.personalize.dataset_schema import REQUIRED, parse_schema
from local.twin.services.personalize.errors import (
    InvalidInputError,
    ResourceAlreadyExistsError,
    ResourceInUseError,
)
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import BUSY, Kind

Fields = dict[str, Any]


def create_dataset(state: PersonalizeState, request: Fields) -> Fields:
    """Create the dataset of a type in a group, which has one of each type at most."""
    group = state.active(Kind.DATASET_GROUP, request["datasetGroupArn"])
    schema = parse_schema(state.store.get(Kind.SCHEMA, request["schemaArn"]).fields["schema"])
    dataset_type = request["datasetType"].upper()
    if dataset_type not in REQUIRED:
        raise InvalidInputError(f"datasetType: expected one of {', '.join(REQUIRED)}, got {dataset_type}.")
    if schema.dataset_type != dataset_type:
        raise InvalidInputError(
            f"The schema is of type {schema.dataset_type}, the dataset of {dataset_type}."
        )
    if state.store.find(Kind.DATASET, datasetGroupArn=group.arn, datasetType=dataset_type):
        raise ResourceAlreadyExistsError(f"{group.arn} already has a dataset of type {dataset_type}.")
    arn = state.arn(Kind.DATASET, f"{group.fields['name']}/{dataset_type}")
    fields = {key: value for key, value in request.items() if key != "tags"}
    fields |= {"datasetArn": arn, "datasetType": dataset_type}
    state.life_cycle.create(state.new_resource(Kind.DATASET, arn, fields, request))
    state.group_data[group.arn].schemas[dataset_type] = schema
    return {"datasetArn": arn}


def update_dataset(state: PersonalizeState, request: Fields) -> Fields:
    """Replace the schema of users or items; it keeps the present columns and may add nullable ones.

    https://docs.aws.amazon.com/personalize/latest/dg/updating-dataset-schema.html
    """
    dataset = state.active(Kind.DATASET, request["datasetArn"])
    schema = parse_schema(state.store.get(Kind.SCHEMA, request["schemaArn"]).fields["schema"])
    data = state.group_data[dataset.fields["datasetGroupArn"]]
    known = data.schemas[dataset.fields["datasetType"]]
    if known.dataset_type == "INTERACTIONS":
        raise InvalidInputError("The schema of an Interactions dataset cannot be replaced.")
    if schema.dataset_type != known.dataset_type:
        raise InvalidInputError(f"schemaArn: expected a schema of {known.dataset_type}.")
    for field in known.fields:
        if field not in schema.fields:
            raise InvalidInputError(f"schemaArn: expected {field.name} as it is in the present schema.")
    for field in set(schema.fields) - set(known.fields):
        if not field.nullable:
            raise InvalidInputError(f"schemaArn: the new field {field.name} has to support null.")
    dataset.fields["schemaArn"] = request["schemaArn"]
    data.schemas[schema.dataset_type] = schema
    return {"datasetArn": dataset.arn}


describe_dataset = describe_operation(Kind.DATASET)
list_datasets = list_operation(Kind.DATASET, "datasets", owner=Kind.DATASET_GROUP)


def delete_dataset(state: PersonalizeState, request: Fields) -> Fields:
    """Delete a dataset; refused while an import or a training uses it."""
    dataset = state.store.get(Kind.DATASET, request["datasetArn"])
    group = dataset.fields["datasetGroupArn"]
    jobs = state.store.find(Kind.DATASET_IMPORT_JOB, datasetArn=dataset.arn)
    versions = state.store.find(Kind.SOLUTION_VERSION, datasetGroupArn=group)
    for resource in (*jobs, *versions):
        if resource.status in BUSY:
            raise ResourceInUseError(f"Dataset {dataset.arn} is used by {resource.arn}, {resource.status}.")

    def drop() -> None:
        for job in jobs:
            state.store.remove(job.arn)
        if group in state.group_data:
            state.group_data[group].delete_dataset(dataset.fields["datasetType"])

    state.life_cycle.delete(dataset, drop)
    return {}
