"""Dataset groups, schemas and datasets."""

from typing import Any

from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.dataset_schema import REQUIRED, parse_schema
from local.twin.services.personalize.errors import (
    InvalidInputError,
    ResourceAlreadyExistsError,
    ResourceInUseError,
)
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import BUSY, Kind, page

Fields = dict[str, Any]


def create_dataset_group(state: PersonalizeState, request: Fields) -> Fields:
    """A group of datasets that learn together."""
    arn = state.arn(Kind.DATASET_GROUP, request["name"])
    fields = {key: value for key, value in request.items() if key != "tags"} | {"datasetGroupArn": arn}
    state.life_cycle.create(state.new_resource(Kind.DATASET_GROUP, arn, fields, request))
    state.group_data[arn] = GroupData()
    return {"datasetGroupArn": arn, "domain": request.get("domain")}


def describe_dataset_group(state: PersonalizeState, request: Fields) -> Fields:
    """One dataset group."""
    return {"datasetGroup": state.store.get(Kind.DATASET_GROUP, request["datasetGroupArn"]).fields}


def list_dataset_groups(state: PersonalizeState, request: Fields) -> Fields:
    """All dataset groups."""
    return page(state.store.find(Kind.DATASET_GROUP), request, "datasetGroups")


def delete_dataset_group(state: PersonalizeState, request: Fields) -> Fields:
    """Refused while datasets, solutions or an event tracker are left."""
    arn = request["datasetGroupArn"]
    group = state.store.get(Kind.DATASET_GROUP, arn)
    for kind in (Kind.DATASET, Kind.SOLUTION, Kind.EVENT_TRACKER):
        left = state.store.find(kind, datasetGroupArn=arn)
        if left:
            raise ResourceInUseError(f"{arn} has a {kind} left: {left[0].arn}. Delete it first.")
    state.life_cycle.delete(group, lambda: _drop_group(state, arn))
    return {}


def _drop_group(state: PersonalizeState, arn: str) -> None:
    for kind in (Kind.FILTER, Kind.METRIC_ATTRIBUTION):
        for resource in state.store.find(kind, datasetGroupArn=arn):
            state.store.remove(resource.arn)
    state.group_data.pop(arn, None)


def create_schema(state: PersonalizeState, request: Fields) -> Fields:
    """An Avro schema, checked by the service's rules."""
    parse_schema(request["schema"])
    arn = state.arn(Kind.SCHEMA, request["name"])
    now = state.clock()
    fields = request | {"schemaArn": arn, "creationDateTime": now, "lastUpdatedDateTime": now}
    state.store.add(state.new_resource(Kind.SCHEMA, arn, fields, {}))
    return {"schemaArn": arn, "domain": request.get("domain")}


def describe_schema(state: PersonalizeState, request: Fields) -> Fields:
    """One schema."""
    return {"schema": state.store.get(Kind.SCHEMA, request["schemaArn"]).fields}


def list_schemas(state: PersonalizeState, request: Fields) -> Fields:
    """All schemas."""
    return page(state.store.find(Kind.SCHEMA), request, "schemas")


def delete_schema(state: PersonalizeState, request: Fields) -> Fields:
    """Refused while a dataset uses it; gone at once."""
    schema = state.store.get(Kind.SCHEMA, request["schemaArn"])
    if state.store.find(Kind.DATASET, schemaArn=schema.arn):
        raise ResourceInUseError(f"Schema {schema.arn} is used by a dataset.")
    state.store.remove(schema.arn)
    return {}


def create_dataset(state: PersonalizeState, request: Fields) -> Fields:
    """One dataset of a type in a group."""
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
    """Another schema for users or items: it may add columns that can be empty, and keeps those there are.

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


def describe_dataset(state: PersonalizeState, request: Fields) -> Fields:
    """One dataset."""
    return {"dataset": state.store.get(Kind.DATASET, request["datasetArn"]).fields}


def list_datasets(state: PersonalizeState, request: Fields) -> Fields:
    """Datasets of a group, or all."""
    return page(
        state.store.find(Kind.DATASET, datasetGroupArn=request.get("datasetGroupArn")), request, "datasets"
    )


def delete_dataset(state: PersonalizeState, request: Fields) -> Fields:
    """Refused while an import or a training that uses it is under way."""
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
            state.group_data[group].forget(dataset.fields["datasetType"])

    state.life_cycle.delete(dataset, drop)
    return {}
