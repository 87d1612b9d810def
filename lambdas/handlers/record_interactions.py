"""Records interactions of the stream in Personalize's event tracker."""

import base64
from typing import Any

from domain.interaction import RecordedInteraction
from domain.validation import read_json
from lambdas.handlers.composition.interactions import interaction_recorder
from lambdas.handlers.partial_batch import BatchResponse, Record, process_records
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Record the valid interactions; the stream resumes from the first that must be retried."""
    readable: dict[str, tuple[Record, RecordedInteraction]] = {}

    def read(record: Record) -> None:
        body = read_json(base64.b64decode(record["kinesis"]["data"]), "data")
        interaction = RecordedInteraction.from_dict(body)
        readable.setdefault(interaction.id, (record, interaction))

    response = process_records(
        event["Records"],
        identify=_sequence_number,
        handle=read,
        source="interactions",
    )
    interactions = [interaction for _, interaction in readable.values()]
    retry_ids = {interaction.id for interaction in interaction_recorder().record(interactions)}
    if retry_ids:
        first = next(record for key, (record, _) in readable.items() if key in retry_ids)
        response["batchItemFailures"].insert(0, {"itemIdentifier": _sequence_number(first)})
    return response


def _sequence_number(record: Record) -> str:
    return str(record["kinesis"]["sequenceNumber"])
