"""Ranks the calm screens of a match ahead, at the rate that moments leave."""

from datetime import timedelta
from typing import Any

from domain.preparation_task import PreparationTask
from domain.validation import read_json
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.preparation import screen_preparer
from lambdas.handlers.partial_batch import BatchResponse, Record, process_records
from lambdas.logic.errors import UnknownMatchError
from lambdas.observability import TELEMETRY, observed

RESERVE = timedelta(seconds=10)
"""Time before the function's timeout at which what is left is queued again."""


@observed
def handler(event: dict[str, Any], context: Any) -> BatchResponse:
    """Rank for the cohorts and viewers of each task."""
    deadline = now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - RESERVE

    def prepare(record: Record) -> None:
        try:
            screen_preparer().prepare(PreparationTask.from_dict(read_json(record["body"])), deadline)
        except UnknownMatchError as error:
            # The match has been deleted since: another delivery would not find it either.
            TELEMETRY.warning("preparation of a deleted match", reason=str(error))

    return process_records(
        event["Records"],
        identify=lambda record: str(record["messageId"]),
        handle=prepare,
        source="preparation",
    )
