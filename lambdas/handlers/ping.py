"""`ping`: the app keeps its connection from idling."""

from datetime import UTC, datetime
from typing import Any

from lambdas.handlers.websocket import answer
from lambdas.logic.messages import pong
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer with the server's time."""
    return answer(
        event, lambda _connection_id, _viewer, _message, request_id: pong(datetime.now(UTC), request_id)
    )
