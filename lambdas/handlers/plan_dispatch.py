"""The context dispatch: each new context version becomes one task per shard of its match's subscribers."""

from typing import Any

from domain.errors import InvalidFieldError
from lambdas.adapters.dynamo_matches import read_context
from lambdas.handlers.composition import dead_letters, dispatch_planner
from lambdas.handlers.partial_batch import Answer, Record, process
from lambdas.observability import TELEMETRY, observed
from lambdas.settings import PlanDispatchSettings, read_settings


@observed
def handler(event: dict[str, Any], _context: object) -> Answer:
    """Plan the dispatch of each version that the table's stream tells of, the first one too."""
    return process(
        event["Records"],
        identify=lambda record: str(record["dynamodb"]["SequenceNumber"]),
        handle=_plan,
        source="contexts",
        dead_letters=lambda: dead_letters(read_settings(PlanDispatchSettings).dead_letters_queue_url),
        in_order=True,
    )


def _plan(record: Record) -> None:
    change = record["dynamodb"]
    item = change.get("NewImage") or {}
    if item.get("item", {}).get("S") != "CONTEXT":
        return
    if change.get("OldImage", {}).get("version") == item.get("version"):
        return
    try:
        context, trace = read_context(item)
    except (KeyError, ValueError) as error:
        raise InvalidFieldError("context", "a context in JSON", str(error)) from None
    TELEMETRY.about(context.cause_id)
    dispatch_planner().plan(context, trace)
