"""Signed requests of feed providers: a header with the time and the HMAC of the request."""

import hashlib
import hmac
import re
from collections.abc import Iterable

from lambdas.logic.errors import UnauthorizedError

SIGNATURE_HEADER = "x-touchline-signature"
TOLERANCE_SECONDS = 300
FORM = re.compile(r"t=([0-9]{1,12}),v2=([0-9a-f]{64})")
EARLIER_FORM = re.compile(r"t=[0-9]{1,12},v1=[0-9a-f]{64}")
EXPECTED = (
    f"{SIGNATURE_HEADER}: expected t=<unix seconds>,"
    "v2=<hex HMAC-SHA256 of '<t>.<METHOD> <path>.' and the body>"
)


def sign(key: str, request_line: str, body: bytes, at_seconds: int) -> str:
    """Return the header's value for a request, such as `POST /feeds/opta`, with its body and time."""
    return f"t={at_seconds},v2={_digest(key, request_line, body, at_seconds)}"


def verify(
    header: str | None, keys: Iterable[str], request_line: str, body: bytes, now_seconds: float
) -> None:
    """Raise UnauthorizedError unless the header is a recent signature of the request with one of the keys."""
    matched = FORM.fullmatch(header or "")
    if matched is None:
        raise UnauthorizedError(f"{EXPECTED}, got {_form_of(header)}")
    at_seconds = int(matched.group(1))
    if abs(now_seconds - at_seconds) > TOLERANCE_SECONDS:
        raise UnauthorizedError(
            f"{SIGNATURE_HEADER}: expected a time within {TOLERANCE_SECONDS} s of now, got t={at_seconds}"
        )
    digests = [_digest(key, request_line, body, at_seconds) for key in keys]
    if not any(hmac.compare_digest(digest, matched.group(2)) for digest in digests):
        raise UnauthorizedError(
            f"{EXPECTED}, got a signature that does not match {request_line} and the body"
        )


def _digest(key: str, request_line: str, body: bytes, at_seconds: int) -> str:
    message = f"{at_seconds}.{request_line}.".encode() + body
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def _form_of(header: str | None) -> str:
    if not header:
        return "nothing"
    if EARLIER_FORM.fullmatch(header):
        return "the form v1, which is no longer accepted: v2 also covers the method and the path"
    return "another form"
