"""Routes of the WebSocket API: a message in, the answer out, every refusal an `error` message."""

import json
from collections.abc import Callable
from typing import Any

from domain.cohort import ViewerTraits
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from lambdas.logic.authorization import viewer_of
from lambdas.logic.errors import ProtocolError
from lambdas.logic.messages import error_message
from lambdas.logic.protocol import read_message, request_id_of
from lambdas.observability import TELEMETRY

Event = dict[str, Any]
Route = Callable[[str, ViewerTraits, dict[str, Any], str | None], dict[str, Any]]


def connection_of(event: Event) -> str:
    """The id of the connection that the event came from."""
    return str(event["requestContext"]["connectionId"])


def viewer(event: Event) -> ViewerTraits:
    """The viewer whom the authorizer vouched for when the connection was opened."""
    return viewer_of(event["requestContext"].get("authorizer") or {})


def answer(event: Event, route: Route) -> dict[str, Any]:
    """Carry out a route; the connection lives on whatever the message was."""
    request_id: str | None = None
    try:
        message = read_message(event.get("body"))
        request_id = request_id_of(message)
        reply = route(connection_of(event), viewer(event), message, request_id)
    except (InvalidFieldError, ProtocolError) as error:
        TELEMETRY.count(Metric.MESSAGES_REFUSED)
        reply = error_message(error, request_id)
    except Exception as error:  # noqa: BLE001 - the viewer gets an answer, the log the reason
        TELEMETRY.count(Metric.MESSAGES_FAILED)
        TELEMETRY.failed("message failed", error)
        failure = ProtocolError("INTERNAL", "the request could not be carried out; try again")
        reply = error_message(failure, request_id)
    return {"statusCode": 200, "body": json.dumps(reply, separators=(",", ":"), ensure_ascii=False)}
