"""`watch`: an operator watches a match."""

from typing import Any

from lambdas.handlers.composition.operators import watch_service
from lambdas.handlers.websocket import authorizer_of, respond
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Send the match log so far, and subscribe the operator to changes."""
    return respond(
        event,
        lambda connection_id, _viewer, message, request_id: watch_service().watch(
            authorizer_of(event), connection_id, message, request_id
        ),
    )
