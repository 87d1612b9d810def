"""Filters."""

from typing import Any

from local.twin.services.personalize.control.reading import describe_operation, list_operation
from local.twin.services.personalize.errors import LimitExceededError
from local.twin.services.personalize.filters.rules import check_filter, check_number_of_fields, fields_of
from local.twin.services.personalize.filters.syntax import parse_filter
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import Kind

Fields = dict[str, Any]
MAX_FILTERS = 10


def create_filter(state: PersonalizeState, request: Fields) -> Fields:
    """Create a filter; its expression must parse and match the schemas."""
    group = state.active(Kind.DATASET_GROUP, request["datasetGroupArn"])
    expressions = parse_filter(request["filterExpression"])
    check_filter(expressions, state.group_data[group.arn].schemas)
    others = state.store.find(Kind.FILTER, datasetGroupArn=group.arn)
    if len(others) >= MAX_FILTERS:
        raise LimitExceededError(f"A dataset group has at most {MAX_FILTERS} filters.")
    check_number_of_fields(
        fields_of(expressions),
        (fields_of(parse_filter(other.fields["filterExpression"])) for other in others),
    )
    arn = state.arn(Kind.FILTER, request["name"])
    fields = {key: value for key, value in request.items() if key != "tags"} | {"filterArn": arn}
    state.life_cycle.create(state.new_resource(Kind.FILTER, arn, fields, request))
    return {"filterArn": arn}


describe_filter = describe_operation(Kind.FILTER)
list_filters = list_operation(Kind.FILTER, "Filters", owner=Kind.DATASET_GROUP)


def delete_filter(state: PersonalizeState, request: Fields) -> Fields:
    """Delete a filter."""
    state.life_cycle.delete(state.store.get(Kind.FILTER, request["filterArn"]))
    return {}
