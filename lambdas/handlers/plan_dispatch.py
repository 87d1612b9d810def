"""Plans the dispatch of each context version that its writer has not planned itself."""

from typing import Any

from lambdas.adapters.dynamo_matches import read_context
from lambdas.handlers.composition.contexts import dispatch_planner
from lambdas.handlers.partial_batch import BatchResponse, Record, process_records
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Plan each version in the table's stream, including the first, unless it is planned.

    Its records are rows of our own, so none is a dead letter: one that cannot be read is delivered again.
    """
    return process_records(
        event["Records"],
        identify=lambda record: str(record["dynamodb"]["SequenceNumber"]),
        handle=_plan,
        source="contexts",
        in_order=True,
    )


def _plan(record: Record) -> None:
    change = record["dynamodb"]
    item = change.get("NewImage") or {}
    if item.get("item", {}).get("S") != "CONTEXT":
        return
    if change.get("OldImage", {}).get("version") == item.get("version"):
        return
    context, trace = read_context(item)
    TELEMETRY.correlate(context.cause_id)
    dispatch_planner().plan_missed(context, trace)
