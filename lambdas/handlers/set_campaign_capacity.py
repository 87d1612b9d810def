"""Sets the provisioned capacity of the campaign and of the dispatch: up before a match, down after it."""

from typing import Any

from lambdas.handlers.composition.capacity import build_capacity_keeper
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Set the campaign's transactions per second and the dispatch's environments of the schedule's input."""
    rate = build_capacity_keeper(context.invoked_function_arn).apply_change(event)
    TELEMETRY.info("campaign capacity set", minimum_transactions_per_second=rate)
    return {"minimum_transactions_per_second": rate}
