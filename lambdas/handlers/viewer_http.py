"""Routes of the viewers' HTTP API: verify the token, call the route, answer with its reply or an `error`."""

import base64
import json
from collections.abc import Callable
from typing import Any

from domain.cohort import ViewerTraits
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from domain.validation import read_json, read_text
from lambdas.adapters.errors import IssuerUnavailableError, StoredRowError, TokenError
from lambdas.handlers.composition.identity import token_verifier
from lambdas.logic.authorization import authorizer_context, viewer_from_authorizer
from lambdas.logic.errors import ProtocolError, UnauthorizedError
from lambdas.logic.messages import error_message
from lambdas.observability import TELEMETRY

Event = dict[str, Any]
Route = Callable[[str, ViewerTraits, dict[str, Any]], dict[str, Any]]
"""Match id, viewer, body -> reply."""

SCHEME = "bearer "
MAX_MATCH_ID = 100
UNAUTHORIZED = 401
STATUS_OF_CODE = {"UNAUTHORIZED": UNAUTHORIZED, "UNKNOWN_MATCH": 404, "TOO_MANY": 429, "INTERNAL": 500}
"""Any other error is one of the request: 400."""


def respond(event: Event, route: Route, *, has_body: bool, refused: Metric) -> dict[str, Any]:
    """Run a route for the viewer of the token, and return its reply; an error is one of the protocol.

    `refused` counts requests without a valid token.
    """
    try:
        viewer = _viewer_of(event, refused)
        match_id = read_text(
            (event.get("pathParameters") or {}).get("match_id"), "matchId", max_length=MAX_MATCH_ID
        )
        body = _body(event) if has_body else {}
        return _response(200, route(match_id, viewer, body))
    except InvalidFieldError as error:
        TELEMETRY.count(Metric.MESSAGES_REFUSED)
        return _response(400, error_message(error, None))
    except ProtocolError as error:
        TELEMETRY.count(error.counter)
        return _response(STATUS_OF_CODE.get(error.code, 400), error_message(error, None))
    except Exception as error:  # noqa: BLE001 - the viewer gets an answer, the log gets the cause
        TELEMETRY.count(Metric.MESSAGES_FAILED)
        if isinstance(error, StoredRowError):
            TELEMETRY.count(Metric.STORED_ROWS_UNREADABLE)
        TELEMETRY.exception("request failed", error)
        failure = ProtocolError("INTERNAL", "the request could not be carried out; try again")
        return _response(500, error_message(failure, None))


def _viewer_of(event: Event, refused: Metric) -> ViewerTraits:
    """Return the viewer of the request's token.

    While the issuer does not answer, the request fails as one of ours: a valid token must not be refused.
    """
    try:
        verified = token_verifier().verify(_token(event))
        return viewer_from_authorizer(authorizer_context(verified.claims, of_operators=verified.of_operators))
    except (TokenError, UnauthorizedError) as error:
        TELEMETRY.count(refused)
        TELEMETRY.warning("request refused", reason=str(error))
        expected = "Bearer and a valid ID token"
        raise ProtocolError(
            "UNAUTHORIZED", f"Authorization: expected {expected}", field="Authorization", expected=expected
        ) from None
    except IssuerUnavailableError:
        TELEMETRY.count(Metric.AUTHORIZATIONS_FAILED)
        raise


def _token(event: Event) -> str:
    """Return the token of the request; the names of headers are in lower case in this event."""
    value = str((event.get("headers") or {}).get("authorization", ""))
    if value[: len(SCHEME)].lower() != SCHEME:
        raise UnauthorizedError("authorization: expected Bearer and an ID token")
    return value[len(SCHEME) :].strip()


def _body(event: Event) -> dict[str, Any]:
    text = event.get("body") or ""
    try:
        content = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError as error:
        raise InvalidFieldError("body", f"base64 or UTF-8 ({error})", text) from None
    body = read_json(content)
    if not isinstance(body, dict):
        raise InvalidFieldError("body", "a JSON object", body)
    return body


def _response(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body, separators=(",", ":"), ensure_ascii=False),
    }
