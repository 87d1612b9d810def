"""Routes of the WebSocket API: decode a message, call the route, answer with its reply or an `error`."""

import json
from collections.abc import Callable
from typing import Any

from domain.cohort import ViewerTraits
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from lambdas.adapters.errors import StoredRowError
from lambdas.logic.authorization import viewer_from_authorizer
from lambdas.logic.errors import ProtocolError
from lambdas.logic.messages import error_message
from lambdas.logic.protocol import read_message, request_id_of
from lambdas.observability import TELEMETRY

Event = dict[str, Any]
Route = Callable[[str, ViewerTraits, dict[str, Any], str | None], dict[str, Any]]
"""Connection id, viewer, message, request id -> reply."""


def connection_id_of(event: Event) -> str:
    """Return the id of the connection that sent the event."""
    return str(event["requestContext"]["connectionId"])


def authorizer_of(event: Event) -> dict[str, Any]:
    """Return the authorizer's context; empty if there was no authorizer."""
    return event["requestContext"].get("authorizer") or {}


def viewer_of(event: Event) -> ViewerTraits:
    """Return the viewer that the authorizer identified when the connection was opened."""
    return viewer_from_authorizer(authorizer_of(event))


def respond(event: Event, route: Route) -> dict[str, Any]:
    """Run a route and return its reply; an error becomes an `error` message and keeps the connection open."""
    request_id: str | None = None
    try:
        message = read_message(event.get("body"))
        request_id = request_id_of(message)
        reply = route(connection_id_of(event), viewer_of(event), message, request_id)
    except (InvalidFieldError, ProtocolError) as error:
        TELEMETRY.count(error.counter if isinstance(error, ProtocolError) else Metric.MESSAGES_REFUSED)
        reply = error_message(error, request_id)
    except Exception as error:  # noqa: BLE001 - the viewer gets an answer, the log gets the cause
        TELEMETRY.count(Metric.MESSAGES_FAILED)
        if isinstance(error, StoredRowError):
            TELEMETRY.count(Metric.STORED_ROWS_UNREADABLE)
        TELEMETRY.exception("message failed", error)
        failure = ProtocolError("INTERNAL", "the request could not be carried out; try again")
        reply = error_message(failure, request_id)
    return {"statusCode": 200, "body": json.dumps(reply, separators=(",", ":"), ensure_ascii=False)}
