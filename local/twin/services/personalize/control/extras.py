"""Filters, event trackers, metric attributions, recipes and tags."""

import uuid
from typing import Any

from local.twin.services.personalize.dataset_schema import NUMBERS
from local.twin.services.personalize.errors import (
    InvalidInputError,
    LimitExceededError,
    ResourceAlreadyExistsError,
    TooManyTagsError,
)
from local.twin.services.personalize.filters.rules import check_filter, check_number_of_fields, fields_of
from local.twin.services.personalize.filters.syntax import parse_filter
from local.twin.services.personalize.recipes import RECIPES, find_recipe
from local.twin.services.personalize.state import MAX_TAGS, PersonalizeState
from local.twin.services.personalize.store import ACTIVE, Kind, page, page_rows

Fields = dict[str, Any]
MAX_FILTERS = 10
MAX_METRICS = 10


def create_filter(state: PersonalizeState, request: Fields) -> Fields:
    """A filter whose expression parses and fits the schemas."""
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


def describe_filter(state: PersonalizeState, request: Fields) -> Fields:
    """One filter."""
    return {"filter": state.store.get(Kind.FILTER, request["filterArn"]).fields}


def list_filters(state: PersonalizeState, request: Fields) -> Fields:
    """Filters of a group, or all."""
    group = request.get("datasetGroupArn")
    return page(state.store.find(Kind.FILTER, datasetGroupArn=group), request, "Filters")


def delete_filter(state: PersonalizeState, request: Fields) -> Fields:
    """Forget a filter."""
    state.life_cycle.delete(state.store.get(Kind.FILTER, request["filterArn"]))
    return {}


def create_event_tracker(state: PersonalizeState, request: Fields) -> Fields:
    """The one event tracker of a dataset group."""
    group = state.active(Kind.DATASET_GROUP, request["datasetGroupArn"])
    if state.store.find(Kind.EVENT_TRACKER, datasetGroupArn=group.arn):
        raise ResourceAlreadyExistsError(f"{group.arn} already has an event tracker.")
    tracking_id = str(uuid.uuid4())
    arn = state.arn(Kind.EVENT_TRACKER, tracking_id[:8])
    fields = {
        "name": request["name"],
        "datasetGroupArn": group.arn,
        "eventTrackerArn": arn,
        "accountId": state.account_id,
        "trackingId": tracking_id,
    }
    state.life_cycle.create(state.new_resource(Kind.EVENT_TRACKER, arn, fields, request))
    return {"eventTrackerArn": arn, "trackingId": tracking_id}


def describe_event_tracker(state: PersonalizeState, request: Fields) -> Fields:
    """One event tracker."""
    return {"eventTracker": state.store.get(Kind.EVENT_TRACKER, request["eventTrackerArn"]).fields}


def list_event_trackers(state: PersonalizeState, request: Fields) -> Fields:
    """Event trackers of a group, or all."""
    group = request.get("datasetGroupArn")
    return page(state.store.find(Kind.EVENT_TRACKER, datasetGroupArn=group), request, "eventTrackers")


def delete_event_tracker(state: PersonalizeState, request: Fields) -> Fields:
    """Take no more events."""
    state.life_cycle.delete(state.store.get(Kind.EVENT_TRACKER, request["eventTrackerArn"]))
    return {}


def create_metric_attribution(state: PersonalizeState, request: Fields) -> Fields:
    """Reports of the recommendations' impact; one a dataset group."""
    group = state.active(Kind.DATASET_GROUP, request["datasetGroupArn"])
    if state.store.find(Kind.METRIC_ATTRIBUTION, datasetGroupArn=group.arn):
        raise ResourceAlreadyExistsError(f"{group.arn} already has a metric attribution.")
    for metric in request["metrics"]:
        _check_expression(state, group.arn, metric["expression"])
    arn = state.arn(Kind.METRIC_ATTRIBUTION, request["name"])
    fields = request | {"metricAttributionArn": arn}
    state.life_cycle.create(state.new_resource(Kind.METRIC_ATTRIBUTION, arn, fields, {}))
    return {"metricAttributionArn": arn}


def _check_expression(state: PersonalizeState, group_arn: str, expression: str) -> None:
    name, _, rest = expression.partition("(")
    argument = rest.removesuffix(")").strip()
    if name.strip().upper() not in ("SUM", "SAMPLECOUNT") or not rest.endswith(")"):
        raise InvalidInputError(
            f"metrics.expression: expected SUM(...) or SAMPLECOUNT(), got {expression!r}."
        )
    if name.strip().upper() == "SUM":
        dataset, _, column = argument.partition(".")
        schema = state.group_data[group_arn].schemas.get(dataset.upper())
        field = schema.field(column) if schema else None
        if field is None or field.type not in NUMBERS:
            raise InvalidInputError(f"metrics.expression: {argument} is no numeric column of the schemas.")


def describe_metric_attribution(state: PersonalizeState, request: Fields) -> Fields:
    """One metric attribution."""
    found = state.store.get(Kind.METRIC_ATTRIBUTION, request["metricAttributionArn"])
    return {"metricAttribution": found.fields}


def list_metric_attributions(state: PersonalizeState, request: Fields) -> Fields:
    """Metric attributions of a group, or all."""
    group = request.get("datasetGroupArn")
    found = state.store.find(Kind.METRIC_ATTRIBUTION, datasetGroupArn=group)
    return page(found, request, "metricAttributions")


def delete_metric_attribution(state: PersonalizeState, request: Fields) -> Fields:
    """Write no more reports."""
    state.life_cycle.delete(state.store.get(Kind.METRIC_ATTRIBUTION, request["metricAttributionArn"]))
    return {}


def list_recipes(state: PersonalizeState, request: Fields) -> Fields:  # noqa: ARG001 - every operation takes both
    """The built-in recipes; none belongs to a domain."""
    recipes = [] if "domain" in request else RECIPES
    rows = [{"name": recipe.name, "recipeArn": recipe.arn, "status": ACTIVE} for recipe in recipes]
    return page_rows(rows, request, "recipes")


def describe_recipe(state: PersonalizeState, request: Fields) -> Fields:  # noqa: ARG001 - every operation takes both
    """One built-in recipe."""
    recipe = find_recipe(request["recipeArn"])
    return {
        "recipe": {"name": recipe.name, "recipeArn": recipe.arn, "status": ACTIVE, "recipeType": recipe.type}
    }


def tag_resource(state: PersonalizeState, request: Fields) -> Fields:
    """Add tags, or change their values."""
    resource = state.store.any(request["resourceArn"])
    tags = resource.tags | {tag["tagKey"]: tag["tagValue"] for tag in request["tags"]}
    if len(tags) > MAX_TAGS:
        raise TooManyTagsError(f"Expected at most {MAX_TAGS} tags, got {len(tags)}.")
    resource.tags = tags
    return {}


def untag_resource(state: PersonalizeState, request: Fields) -> Fields:
    """Take tags away."""
    resource = state.store.any(request["resourceArn"])
    resource.tags = {key: value for key, value in resource.tags.items() if key not in request["tagKeys"]}
    return {}


def list_tags_for_resource(state: PersonalizeState, request: Fields) -> Fields:
    """The tags of a resource."""
    tags = state.store.any(request["resourceArn"]).tags
    return {"tags": [{"tagKey": key, "tagValue": value} for key, value in tags.items()]}
