"""`sync`: the app says where its player is."""

from typing import Any

from lambdas.handlers.composition import following
from lambdas.handlers.websocket import answer
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Remember the player's position and latency."""
    return answer(
        event,
        lambda connection_id, _viewer, message, request_id: following().sync(
            connection_id, message, request_id
        ),
    )
