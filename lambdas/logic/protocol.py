"""Reading what comes over the socket: JSON objects with an action."""

import json
from typing import Any

from lambdas.logic.errors import ProtocolError

ACTIONS = ("subscribe", "unsubscribe", "interact", "sync", "ping", "operate", "watch")
MAX_REQUEST_ID = 100


def read_message(body: str | None) -> dict[str, Any]:
    """The JSON object of a message; raises ProtocolError when it is none."""
    expected = "a JSON object with an action"
    try:
        message = json.loads(body or "")
    except (ValueError, RecursionError) as error:
        raise ProtocolError(
            "BAD_REQUEST",
            f"body: expected {expected}, got invalid JSON ({error})",
            field="body",
            expected=expected,
        ) from None
    if not isinstance(message, dict):
        raise ProtocolError(
            "BAD_REQUEST",
            f"body: expected {expected}, got {type(message).__name__}",
            field="body",
            expected=expected,
        )
    return message


def request_id_of(message: dict[str, Any]) -> str | None:
    """The id by which the app knows its request, if it gave one."""
    given = message.get("requestId")
    return given if isinstance(given, str) and 0 < len(given) <= MAX_REQUEST_ID else None


def unknown_action(message: dict[str, Any]) -> ProtocolError:
    """The error for a message that no route takes."""
    expected = "one of " + ", ".join(ACTIONS)
    got = repr(message.get("action"))[:80]
    return ProtocolError(
        "UNKNOWN_ACTION", f"action: expected {expected}, got {got}", field="action", expected=expected
    )
