"""`interact`: what the viewer saw, clicked or dismissed."""

from typing import Any

from lambdas.handlers.composition import interacting
from lambdas.handlers.websocket import answer
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Record interactions of the viewer with a match."""
    return answer(event, lambda *request: interacting().interact(*request))
