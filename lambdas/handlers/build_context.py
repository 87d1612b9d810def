"""The context builder: moments from the queue become the next versions of their matches' contexts."""

from typing import Any

from domain.moment import Moment
from domain.validation import read_json
from lambdas.handlers.composition import context_builder, dead_letters
from lambdas.handlers.partial_batch import Answer, Record, process
from lambdas.observability import TELEMETRY, observed
from lambdas.settings import BuildContextSettings, read_settings


@observed
def handler(event: dict[str, Any], _context: object) -> Answer:
    """Merge each moment; moments that cannot be read are set aside."""
    return process(
        event["Records"],
        identify=lambda record: str(record["messageId"]),
        handle=_merge,
        source="moments",
        dead_letters=lambda: dead_letters(read_settings(BuildContextSettings).dead_letters_queue_url),
    )


def _merge(record: Record) -> None:
    moment = Moment.from_dict(read_json(record["body"]))
    TELEMETRY.about(moment.id)
    context_builder().merge_moments([moment])
