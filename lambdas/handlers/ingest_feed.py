"""The ingest endpoint: providers announce matches and post signals in signed requests."""

import base64
import json
from typing import Any

from domain.errors import InvalidFieldError
from domain.metrics import Metric
from domain.validation import read_json
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.feeds import feed_intake, feed_keys
from lambdas.logic.errors import UnauthorizedError, UnknownMatchError
from lambdas.logic.signature import SIGNATURE_HEADER, verify
from lambdas.observability import TELEMETRY, observed

DEFAULT_PROVIDER = "default"
"""Whose key signs announcements, which name no provider."""
Response = dict[str, Any]


@observed
def handler(event: dict[str, Any], _context: object) -> Response:
    """Handle `POST /feeds/{provider}` and `PUT /matches/{match_id}`."""
    parameters = event.get("pathParameters") or {}
    provider = parameters.get("provider", DEFAULT_PROVIDER)
    body = _body(event)
    try:
        headers = event.get("headers") or {}
        verify(headers.get(SIGNATURE_HEADER), feed_keys().key(provider), body, now().timestamp())
        content = read_json(body)
        if "match_id" in parameters:
            return _response(201 if feed_intake().announce(parameters["match_id"], content) else 200, {})
        return _response(202, feed_intake().accept_signals(provider, content))
    except UnauthorizedError as error:
        TELEMETRY.count(Metric.FEEDS_REFUSED)
        return _response(401, {"error": str(error), "field": SIGNATURE_HEADER})
    except UnknownMatchError as error:
        return _response(404, {"error": str(error), "field": "match_id"})
    except InvalidFieldError as error:
        TELEMETRY.count(Metric.REJECTED)
        return _response(
            400,
            {"error": str(error), "field": error.field, "expected": error.expected, "got": error.got},
        )


def _body(event: dict[str, Any]) -> bytes:
    text = event.get("body") or ""
    return base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()


def _response(status: int, body: dict[str, Any]) -> Response:
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }
