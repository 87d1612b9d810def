"""Schemas."""

from typing import Any

from local.twin.services.personalize.control.reading import describe_operation, list_operation
from local.twin.services.personalize.dataset_schema import parse_schema
from local.twin.services.personalize.errors import ResourceInUseError
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import Kind

Fields = dict[str, Any]


def create_schema(state: PersonalizeState, request: Fields) -> Fields:
    """Create an Avro schema after checking it against the service's rules."""
    parse_schema(request["schema"])
    arn = state.arn(Kind.SCHEMA, request["name"])
    now = state.clock()
    fields = request | {"schemaArn": arn, "creationDateTime": now, "lastUpdatedDateTime": now}
    state.store.add(state.new_resource(Kind.SCHEMA, arn, fields, {}))
    return {"schemaArn": arn, "domain": request.get("domain")}


describe_schema = describe_operation(Kind.SCHEMA)
list_schemas = list_operation(Kind.SCHEMA, "schemas")


def delete_schema(state: PersonalizeState, request: Fields) -> Fields:
    """Delete a schema at once; refused while a dataset uses it."""
    schema = state.store.get(Kind.SCHEMA, request["schemaArn"])
    if state.store.find(Kind.DATASET, schemaArn=schema.arn):
        raise ResourceInUseError(f"Schema {schema.arn} is used by a dataset.")
    state.store.remove(schema.arn)
    return {}
