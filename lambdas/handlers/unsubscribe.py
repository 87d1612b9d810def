"""`unsubscribe`: stop following a match."""

from typing import Any

from lambdas.handlers.composition import following
from lambdas.handlers.websocket import answer
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Unsubscribe the connection from a match."""
    return answer(
        event,
        lambda connection_id, _viewer, message, request_id: following().unsubscribe(
            connection_id, message, request_id
        ),
    )
