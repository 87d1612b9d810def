"""A match was announced or moved: plan the campaign's capacity around it."""

from typing import Any

from domain.match import Match
from domain.metrics import Metric
from domain.validation import read_json
from lambdas.handlers.composition.capacity import kick_off_planner
from lambdas.handlers.partial_batch import BatchResponse, Record, process_messages
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Plan capacity for each match in the queue."""
    return process_messages(event, handle=_plan, source="announcements")


def _plan(record: Record) -> None:
    if kick_off_planner().plan(Match.from_dict(read_json(record["body"]))):
        TELEMETRY.count(Metric.KICK_OFFS_PLANNED)
