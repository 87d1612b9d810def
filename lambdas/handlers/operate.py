"""`operate`: an operator's command."""

from typing import Any

from lambdas.handlers.composition.operators import control_room
from lambdas.handlers.websocket import authorizer_of, respond
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Carry out a command and record it in the audit log; refuse clients that are not operators."""
    return respond(
        event,
        lambda _connection_id, _viewer, message, request_id: control_room().operate(
            authorizer_of(event), message, request_id
        ),
    )
