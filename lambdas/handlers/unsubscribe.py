"""`unsubscribe`: ends the connection's subscription to a match."""

from typing import Any

from lambdas.handlers.composition.subscriptions import unsubscribe_service
from lambdas.handlers.websocket import respond
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Unsubscribe the connection from a match."""
    return respond(
        event,
        lambda connection_id, _viewer, message, request_id: unsubscribe_service().unsubscribe(
            connection_id, message, request_id
        ),
    )
