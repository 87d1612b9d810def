"""Interactions from the stream go to Personalize's event tracker."""

import base64
from typing import Any

from domain.interaction import RecordedInteraction
from domain.validation import read_json
from lambdas.handlers.composition import dead_letters, interaction_recorder
from lambdas.handlers.partial_batch import Answer, Record, process
from lambdas.observability import observed
from lambdas.settings import RecordInteractionsSettings, read_settings


@observed
def handler(event: dict[str, Any], _context: object) -> Answer:
    """Record what can be read; the stream starts again from the first that the tracker refused for now."""
    readable: dict[str, tuple[Record, RecordedInteraction]] = {}

    def read(record: Record) -> None:
        body = read_json(base64.b64decode(record["kinesis"]["data"]), "data")
        interaction = RecordedInteraction.from_dict(body)
        readable.setdefault(interaction.id, (record, interaction))

    answer = process(
        event["Records"],
        identify=_sequence_number,
        handle=read,
        source="interactions",
        dead_letters=lambda: dead_letters(read_settings(RecordInteractionsSettings).dead_letters_queue_url),
    )
    recorder = interaction_recorder()
    again = {entry.id for entry in recorder.record([entry for _, entry in readable.values()])}
    if again:
        first = next(record for entry_id, (record, _) in readable.items() if entry_id in again)
        answer["batchItemFailures"].insert(0, {"itemIdentifier": _sequence_number(first)})
    return answer


def _sequence_number(record: Record) -> str:
    return str(record["kinesis"]["sequenceNumber"])
