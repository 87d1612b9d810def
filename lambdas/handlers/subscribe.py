"""`subscribe`: follow a match; the answer is its snapshot."""

from typing import Any

from lambdas.handlers.composition import subscribing
from lambdas.handlers.websocket import answer
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Subscribe the connection to a match."""
    return answer(event, lambda *request: subscribing().subscribe(*request))
