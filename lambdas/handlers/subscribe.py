"""`subscribe`: subscribes the connection to a match; the reply is the match's snapshot."""

from typing import Any

from lambdas.handlers.composition.subscriptions import subscribe_service
from lambdas.handlers.websocket import respond
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Subscribe the connection to a match."""
    return respond(event, lambda *request: subscribe_service().subscribe(*request))
