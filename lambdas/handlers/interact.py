"""`interact`: the viewer saw, clicked, dismissed or watched components."""

from typing import Any

from lambdas.handlers.composition.interactions import interaction_intake
from lambdas.handlers.websocket import respond
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Record the viewer's interactions with a match's components."""
    return respond(event, lambda *request: interaction_intake().interact(*request))
