"""Reads WebSocket messages: JSON objects with an action."""

import json
from typing import Any

from domain.errors import InvalidFieldError
from domain.validation import read_text
from lambdas.logic.errors import ProtocolError

ACTIONS = ("subscribe", "unsubscribe", "interact", "ping", "operate", "watch")
MAX_REQUEST_ID = 100


def read_message(body: str | None) -> dict[str, Any]:
    """Return the message's JSON object; raises ProtocolError if it is not one."""
    try:
        message = json.loads(body or "")
    except (ValueError, RecursionError) as error:
        raise _not_an_object(f"invalid JSON ({error})") from None
    if not isinstance(message, dict):
        raise _not_an_object(type(message).__name__)
    return message


def request_id_of(message: dict[str, Any]) -> str | None:
    """Return the app's id for its request; None if there is none or it is invalid."""
    given = message.get("requestId")
    if given is None:
        return None
    try:
        return read_text(given, "requestId", max_length=MAX_REQUEST_ID)
    except InvalidFieldError:
        return None


def unknown_action(message: dict[str, Any]) -> ProtocolError:
    """Build the error for a message whose action has no route."""
    expected = "one of " + ", ".join(ACTIONS)
    got = repr(message.get("action"))[:80]
    return ProtocolError(
        "UNKNOWN_ACTION", f"action: expected {expected}, got {got}", field="action", expected=expected
    )


def _not_an_object(got: str) -> ProtocolError:
    expected = "a JSON object with an action"
    return ProtocolError(
        "BAD_REQUEST", f"body: expected {expected}, got {got}", field="body", expected=expected
    )
