"""`operate`: an operator's command."""

from typing import Any

from lambdas.handlers.control_composition import control_room
from lambdas.handlers.websocket import answer
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Carry out a command, note who gave it, and refuse whoever is no operator."""
    authorizer = event["requestContext"].get("authorizer") or {}
    return answer(
        event,
        lambda _connection_id, _viewer, message, request_id: control_room().operate(
            authorizer, message, request_id
        ),
    )
