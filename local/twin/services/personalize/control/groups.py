"""Dataset groups, schemas and datasets."""

from typing import Any

from local.twin.services.personalize.data.holdings import Holdings
from local.twin.services.personalize.dataset_schema import REQUIRED, parse_schema
from local.twin.services.personalize.errors import (
    InvalidInputError,
    ResourceAlreadyExistsError,
    ResourceInUseError,
)
from local.twin.services.personalize.store import BUSY, Kind, page
from local.twin.services.personalize.world import World

Fields = dict[str, Any]


def create_dataset_group(world: World, request: Fields) -> Fields:
    """A group of datasets that learn together."""
    arn = world.arn(Kind.DATASET_GROUP, request["name"])
    fields = {key: value for key, value in request.items() if key != "tags"} | {"datasetGroupArn": arn}
    world.life_cycle.create(world.declare(Kind.DATASET_GROUP, arn, fields, request))
    world.holdings[arn] = Holdings()
    return {"datasetGroupArn": arn, "domain": request.get("domain")}


def describe_dataset_group(world: World, request: Fields) -> Fields:
    """One dataset group."""
    return {"datasetGroup": world.store.get(Kind.DATASET_GROUP, request["datasetGroupArn"]).fields}


def list_dataset_groups(world: World, request: Fields) -> Fields:
    """All dataset groups."""
    return page(world.store.find(Kind.DATASET_GROUP), request, "datasetGroups")


def delete_dataset_group(world: World, request: Fields) -> Fields:
    """Refused while datasets, solutions or an event tracker are left."""
    arn = request["datasetGroupArn"]
    group = world.store.get(Kind.DATASET_GROUP, arn)
    for kind in (Kind.DATASET, Kind.SOLUTION, Kind.EVENT_TRACKER):
        left = world.store.find(kind, datasetGroupArn=arn)
        if left:
            raise ResourceInUseError(f"{arn} has a {kind} left: {left[0].arn}. Delete it first.")
    world.life_cycle.delete(group, lambda: _drop_group(world, arn))
    return {}


def _drop_group(world: World, arn: str) -> None:
    for kind in (Kind.FILTER, Kind.METRIC_ATTRIBUTION):
        for resource in world.store.find(kind, datasetGroupArn=arn):
            world.store.remove(resource.arn)
    world.holdings.pop(arn, None)


def create_schema(world: World, request: Fields) -> Fields:
    """An Avro schema, checked by the service's rules."""
    parse_schema(request["schema"])
    arn = world.arn(Kind.SCHEMA, request["name"])
    now = world.clock()
    fields = request | {"schemaArn": arn, "creationDateTime": now, "lastUpdatedDateTime": now}
    world.store.add(world.declare(Kind.SCHEMA, arn, fields, {}))
    return {"schemaArn": arn, "domain": request.get("domain")}


def describe_schema(world: World, request: Fields) -> Fields:
    """One schema."""
    return {"schema": world.store.get(Kind.SCHEMA, request["schemaArn"]).fields}


def list_schemas(world: World, request: Fields) -> Fields:
    """All schemas."""
    return page(world.store.find(Kind.SCHEMA), request, "schemas")


def delete_schema(world: World, request: Fields) -> Fields:
    """Refused while a dataset uses it; gone at once."""
    schema = world.store.get(Kind.SCHEMA, request["schemaArn"])
    if world.store.find(Kind.DATASET, schemaArn=schema.arn):
        raise ResourceInUseError(f"Schema {schema.arn} is used by a dataset.")
    world.store.remove(schema.arn)
    return {}


def create_dataset(world: World, request: Fields) -> Fields:
    """One dataset of a type in a group."""
    group = world.active(Kind.DATASET_GROUP, request["datasetGroupArn"])
    schema = parse_schema(world.store.get(Kind.SCHEMA, request["schemaArn"]).fields["schema"])
    dataset_type = request["datasetType"].upper()
    if dataset_type not in REQUIRED:
        raise InvalidInputError(f"datasetType: expected one of {', '.join(REQUIRED)}, got {dataset_type}.")
    if schema.dataset_type != dataset_type:
        raise InvalidInputError(
            f"The schema is of type {schema.dataset_type}, the dataset of {dataset_type}."
        )
    if world.store.find(Kind.DATASET, datasetGroupArn=group.arn, datasetType=dataset_type):
        raise ResourceAlreadyExistsError(f"{group.arn} already has a dataset of type {dataset_type}.")
    arn = world.arn(Kind.DATASET, f"{group.fields['name']}/{dataset_type}")
    fields = {key: value for key, value in request.items() if key != "tags"}
    fields |= {"datasetArn": arn, "datasetType": dataset_type}
    world.life_cycle.create(world.declare(Kind.DATASET, arn, fields, request))
    world.holdings[group.arn].schemas[dataset_type] = schema
    return {"datasetArn": arn}


def update_dataset(world: World, request: Fields) -> Fields:
    """Another schema for users or items: it may add columns that can be empty, and keeps those there are.

    https://docs.aws.amazon.com/personalize/latest/dg/updating-dataset-schema.html
    """
    dataset = world.active(Kind.DATASET, request["datasetArn"])
    schema = parse_schema(world.store.get(Kind.SCHEMA, request["schemaArn"]).fields["schema"])
    holdings = world.holdings[dataset.fields["datasetGroupArn"]]
    known = holdings.schemas[dataset.fields["datasetType"]]
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
    holdings.schemas[schema.dataset_type] = schema
    return {"datasetArn": dataset.arn}


def describe_dataset(world: World, request: Fields) -> Fields:
    """One dataset."""
    return {"dataset": world.store.get(Kind.DATASET, request["datasetArn"]).fields}


def list_datasets(world: World, request: Fields) -> Fields:
    """Datasets of a group, or all."""
    return page(
        world.store.find(Kind.DATASET, datasetGroupArn=request.get("datasetGroupArn")), request, "datasets"
    )


def delete_dataset(world: World, request: Fields) -> Fields:
    """Refused while an import or a training that uses it is under way."""
    dataset = world.store.get(Kind.DATASET, request["datasetArn"])
    group = dataset.fields["datasetGroupArn"]
    jobs = world.store.find(Kind.DATASET_IMPORT_JOB, datasetArn=dataset.arn)
    versions = world.store.find(Kind.SOLUTION_VERSION, datasetGroupArn=group)
    for resource in (*jobs, *versions):
        if resource.status in BUSY:
            raise ResourceInUseError(f"Dataset {dataset.arn} is used by {resource.arn}, {resource.status}.")

    def drop() -> None:
        for job in jobs:
            world.store.remove(job.arn)
        if group in world.holdings:
            world.holdings[group].forget(dataset.fields["datasetType"])

    world.life_cycle.delete(dataset, drop)
    return {}
