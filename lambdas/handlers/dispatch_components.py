"""Dispatches one context version to some shards of a match's subscribers, or to some audiences."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.dispatch_task import DispatchTask
from domain.validation import read_json
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.dispatch import delivery, dispatch_messages
from lambdas.handlers.partial_batch import (
    BatchResponse,
    Record,
    pause_seconds,
    process_messages,
    receive_count,
)
from lambdas.logic.errors import DispatchClaimedError, DispatchIncompleteError
from lambdas.observability import TELEMETRY, observed

PAGE_RESERVE = timedelta(seconds=8)
"""Time before the function's timeout at which no further page is started."""
CLAIMED_SECONDS = 15
"""The pause before a task that another one has claimed is tried again."""
CONTINUE_AFTER_SECONDS = 1
"""The pause before a task continues that waits for the account's rate."""

delivery.build_ahead()


@observed
def handler(event: dict[str, Any], context: Any) -> BatchResponse:
    """Dispatch each task; a task that has not reached everybody is delivered again after seconds."""
    deadline = now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - PAGE_RESERVE

    def dispatch(record: Record) -> None:
        task = DispatchTask.from_dict(read_json(record["body"]))
        TELEMETRY.correlate(task.context.cause_id)
        delivery().deliver(task, deadline, first_sent_at=_first_sent_at(record))

    return process_messages(event, handle=dispatch, source="dispatch", on_failure=_retry_soon)


def _first_sent_at(record: Record) -> datetime | None:
    """Return when a task that is delivered again was sent to the queue; None for its first delivery."""
    if receive_count(record) == 1:
        return None
    return datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)


def _retry_soon(record: Record, error: Exception) -> None:
    dispatch_messages().retry_after(record["receiptHandle"], _pause_seconds(record, error))


def _pause_seconds(record: Record, error: Exception) -> int:
    if isinstance(error, DispatchClaimedError):
        return CLAIMED_SECONDS
    if isinstance(error, DispatchIncompleteError) and error.waits_for_rate:
        return CONTINUE_AFTER_SECONDS
    return pause_seconds(record)
