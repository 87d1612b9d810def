"""`$default`: a message whose action has no route."""

from typing import Any

from domain.cohort import ViewerTraits
from lambdas.handlers.websocket import respond
from lambdas.logic.protocol import unknown_action
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer with an `error` that lists the known actions."""
    return respond(event, _refuse)


def _refuse(
    _connection_id: str, _viewer: ViewerTraits, message: dict[str, Any], _request_id: str | None
) -> dict[str, Any]:
    raise unknown_action(message)
