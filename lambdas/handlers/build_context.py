"""Merges moments from the queue into the next version of their match's context."""

from typing import Any

from domain.moment import Moment
from domain.validation import read_json
from lambdas.handlers.composition.contexts import context_builder, moment_messages
from lambdas.handlers.partial_batch import BatchResponse, Record, pause_seconds, process_messages
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Merge each moment, a failed one again after seconds; invalid ones go to the dead-letter queue."""
    return process_messages(event, handle=_merge, source="moments", on_failure=_retry_soon)


def _merge(record: Record) -> None:
    moment = Moment.from_dict(read_json(record["body"]))
    TELEMETRY.correlate(moment.id)
    context_builder().merge_moments([moment])


def _retry_soon(record: Record, _error: Exception) -> None:
    moment_messages().retry_after(record["receiptHandle"], pause_seconds(record))
