"""Delivery: a shard of a match's subscribers gets one context version."""

from datetime import timedelta
from typing import Any

from domain.dispatch_task import DispatchTask
from domain.validation import read_json
from lambdas.handlers.composition import dead_letters, dispatcher, now
from lambdas.handlers.partial_batch import Answer, Record, process
from lambdas.observability import TELEMETRY, observed
from lambdas.settings import DispatchComponentsSettings, read_settings

RESERVE = timedelta(seconds=8)
"""Time kept back from the function's timeout, for the page under way."""


@observed
def handler(event: dict[str, Any], context: Any) -> Answer:
    """Deliver each task; a task with subscribers still owed comes again."""
    deadline = now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - RESERVE

    def deliver(record: Record) -> None:
        task = DispatchTask.from_dict(read_json(record["body"]))
        TELEMETRY.about(task.context.cause_id)
        dispatcher().dispatch(task, deadline)

    return process(
        event["Records"],
        identify=lambda record: str(record["messageId"]),
        handle=deliver,
        source="dispatch",
        dead_letters=lambda: dead_letters(read_settings(DispatchComponentsSettings).dead_letters_queue_url),
    )
