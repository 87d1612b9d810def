"""Signed feeds: a header with the time and the HMAC of the body."""

import hashlib
import hmac
import re

from lambdas.logic.errors import UnauthorizedError

SIGNATURE_HEADER = "x-touchline-signature"
TOLERANCE_SECONDS = 300
FORM = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def sign(key: str, body: bytes, at_seconds: int) -> str:
    """Return the header's value for a body and time: `t=<unix seconds>,v1=<hex HMAC-SHA256>`."""
    digest = hmac.new(key.encode(), f"{at_seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_seconds},v1={digest}"


def verify(header: str | None, key: str, body: bytes, now_seconds: float) -> None:
    """Raise UnauthorizedError unless the header is a recent signature of this body with this key."""
    expected = f"{SIGNATURE_HEADER}: expected t=<unix seconds>,v1=<hex HMAC-SHA256 of '<t>.' and the body>"
    matched = FORM.fullmatch(header or "")
    if matched is None:
        raise UnauthorizedError(f"{expected}, got {'nothing' if not header else 'another form'}")
    at_seconds = int(matched.group(1))
    if abs(now_seconds - at_seconds) > TOLERANCE_SECONDS:
        raise UnauthorizedError(
            f"{SIGNATURE_HEADER}: expected a time within {TOLERANCE_SECONDS} s of now, got t={at_seconds}"
        )
    if not hmac.compare_digest(sign(key, body, at_seconds).encode(), (header or "").encode()):
        raise UnauthorizedError(f"{expected}, got a signature that does not match the body")
