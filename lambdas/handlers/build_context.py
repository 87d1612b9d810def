"""Merges moments from the queue into the next version of their match's context."""

from typing import Any

from domain.moment import Moment
from domain.validation import read_json
from lambdas.handlers.composition.contexts import context_builder
from lambdas.handlers.partial_batch import BatchResponse, Record, process_messages
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Merge each moment; invalid ones go to the dead-letter queue."""
    return process_messages(event, handle=_merge, source="moments")


def _merge(record: Record) -> None:
    moment = Moment.from_dict(read_json(record["body"]))
    TELEMETRY.correlate(moment.id)
    context_builder().merge_moments([moment])
