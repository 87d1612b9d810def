"""`sync`: the app reports the position of its player."""

from typing import Any

from lambdas.handlers.composition.subscriptions import subscription_updates
from lambdas.handlers.websocket import respond
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Store the player's position and latency."""
    return respond(
        event,
        lambda connection_id, _viewer, message, request_id: subscription_updates().sync(
            connection_id, message, request_id
        ),
    )
