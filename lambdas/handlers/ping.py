"""`ping`: keeps an idle connection open."""

from typing import Any

from lambdas.handlers.composition.clock import now
from lambdas.handlers.websocket import respond
from lambdas.logic.messages import pong
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer with the server's time."""
    return respond(event, lambda _connection_id, _viewer, _message, request_id: pong(now(), request_id))
