"""`$default`: a message that no route takes."""

from typing import Any

from domain.cohort import ViewerTraits
from lambdas.handlers.websocket import answer
from lambdas.logic.protocol import unknown_action
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Say what was expected instead; the connection lives on."""
    return answer(event, _refuse)


def _refuse(
    _connection_id: str, _viewer: ViewerTraits, message: dict[str, Any], _request_id: str | None
) -> dict[str, Any]:
    raise unknown_action(message)
