"""Interactions from the stream go to Personalize's event tracker."""

import base64
import json
from typing import Any

from domain.errors import InvalidFieldError
from domain.interaction import RecordedInteraction
from lambdas.handlers.composition import dead_letters, interaction_recorder
from lambdas.handlers.partial_batch import Answer, Record, process
from lambdas.observability import observed
from lambdas.settings import RecordInteractionsSettings, read_settings


@observed
def handler(event: dict[str, Any], _context: object) -> Answer:
    """Record what can be read; the stream starts again from the first that the tracker refused for now."""
    records = event["Records"]
    readable: dict[str, tuple[int, RecordedInteraction]] = {}

    def read(record: Record) -> None:
        try:
            body = json.loads(base64.b64decode(record["kinesis"]["data"]))
        except ValueError as error:
            raise InvalidFieldError("data", f"JSON ({error})", record["kinesis"]["data"]) from None
        interaction = RecordedInteraction.from_dict(body)
        readable.setdefault(interaction.id, (records.index(record), interaction))

    answer = process(
        records,
        identify=_sequence_number,
        handle=read,
        source="interactions",
        dead_letters=lambda: dead_letters(read_settings(RecordInteractionsSettings).dead_letters_queue_url),
    )
    again = interaction_recorder().record([interaction for _, interaction in readable.values()])
    if again:
        first = min(readable[interaction.id][0] for interaction in again)
        answer["batchItemFailures"].insert(0, {"itemIdentifier": _sequence_number(records[first])})
    return answer


def _sequence_number(record: Record) -> str:
    return str(record["kinesis"]["sequenceNumber"])
