"""The ingest endpoint: providers announce matches and post signals in signed requests."""

import base64
import json
from typing import Any

from domain.errors import InvalidFieldError
from domain.metrics import Metric
from domain.validation import read_json, read_text
from lambdas.adapters.secrets import DEFAULT_PROVIDER
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.feeds import feed_intake, feed_keys
from lambdas.logic.errors import StaleAnnouncementError, UnauthorizedError, UnknownMatchError
from lambdas.logic.signature import SIGNATURE_HEADER, verify
from lambdas.observability import TELEMETRY, observed

MAX_ID = 100
Event = dict[str, Any]
Response = dict[str, Any]


@observed
def handler(event: Event, _context: object) -> Response:
    """Handle `POST /feeds/{provider}` and `PUT /matches/{match_id}`."""
    try:
        return _handle(event)
    except UnauthorizedError as error:
        TELEMETRY.count(Metric.FEEDS_REFUSED)
        return _response(401, {"error": str(error), "field": SIGNATURE_HEADER})
    except UnknownMatchError as error:
        return _response(404, {"error": str(error), "field": "match_id"})
    except StaleAnnouncementError as error:
        TELEMETRY.count(Metric.REJECTED)
        return _response(409, {"error": str(error), "field": "revision"})
    except InvalidFieldError as error:
        TELEMETRY.count(Metric.REJECTED)
        return _response(
            400,
            {"error": str(error), "field": error.field, "expected": error.expected, "got": error.got},
        )


def _handle(event: Event) -> Response:
    parameters = event.get("pathParameters") or {}
    if "match_id" in parameters:
        match_id = read_text(parameters["match_id"], "match_id", max_length=MAX_ID)
        content = _content(event, DEFAULT_PROVIDER, f"PUT /matches/{match_id}")
        return _response(201 if feed_intake().announce(match_id, content) else 200, {})
    provider = read_text(parameters.get("provider"), "provider", max_length=MAX_ID)
    content = _content(event, provider, f"POST /feeds/{provider}")
    return _response(202, feed_intake().accept_signals(provider, content))


def _content(event: Event, provider: str, request_line: str) -> object:
    """Return the value of the JSON body, if the provider has signed the request."""
    headers = event.get("headers") or {}
    body = _body(event)
    verify(headers.get(SIGNATURE_HEADER), feed_keys().keys(provider), request_line, body, now().timestamp())
    return read_json(body)


def _body(event: Event) -> bytes:
    text = event.get("body") or ""
    try:
        return base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError as error:
        raise InvalidFieldError("body", f"base64 or UTF-8 ({error})", text) from None


def _response(status: int, body: dict[str, Any]) -> Response:
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }
