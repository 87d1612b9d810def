"""Metric attributions."""

from typing import Any

from local.twin.services.personalize.control.reading import describe_operation, list_operation
from local.twin.services.personalize.dataset_schema import NUMBERS
from local.twin.services.personalize.errors import InvalidInputError, ResourceAlreadyExistsError
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import Kind

Fields = dict[str, Any]


def create_metric_attribution(state: PersonalizeState, request: Fields) -> Fields:
    """Create the metric attribution of a dataset group, which has one at most."""
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
            raise InvalidInputError(
                f"metrics.expression: expected a numeric column of the schemas, got {argument}."
            )


describe_metric_attribution = describe_operation(Kind.METRIC_ATTRIBUTION)
list_metric_attributions = list_operation(
    Kind.METRIC_ATTRIBUTION, "metricAttributions", owner=Kind.DATASET_GROUP
)


def delete_metric_attribution(state: PersonalizeState, request: Fields) -> Fields:
    """Delete a metric attribution."""
    state.life_cycle.delete(state.store.get(Kind.METRIC_ATTRIBUTION, request["metricAttributionArn"]))
    return {}
