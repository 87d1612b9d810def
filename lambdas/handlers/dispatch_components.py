"""Dispatches one context version to one shard of a match's subscribers."""

from datetime import timedelta
from typing import Any

from domain.dispatch_task import DispatchTask
from domain.validation import read_json
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.dispatch import dispatcher
from lambdas.handlers.partial_batch import BatchResponse, Record, process_messages
from lambdas.observability import TELEMETRY, observed

PAGE_RESERVE = timedelta(seconds=8)
"""Time before the function's timeout at which no further page is started."""


@observed
def handler(event: dict[str, Any], context: Any) -> BatchResponse:
    """Dispatch each task; a task that has not reached every subscriber is delivered again."""
    deadline = now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - PAGE_RESERVE

    def dispatch(record: Record) -> None:
        task = DispatchTask.from_dict(read_json(record["body"]))
        TELEMETRY.correlate(task.context.cause_id)
        dispatcher().dispatch(task, deadline)

    return process_messages(event, handle=dispatch, source="dispatch")
