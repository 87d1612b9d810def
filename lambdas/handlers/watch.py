"""`watch`: an operator follows the night of a match."""

from typing import Any

from lambdas.handlers.control_composition import watching
from lambdas.handlers.websocket import answer
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Send the night so far, and what happens from now on."""
    authorizer = event["requestContext"].get("authorizer") or {}
    return answer(
        event,
        lambda connection_id, _viewer, message, request_id: watching().watch(
            authorizer, connection_id, message, request_id
        ),
    )
