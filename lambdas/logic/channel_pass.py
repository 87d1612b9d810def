"""Passes: what an app shows to connect to the channels of its viewer's audience.

A pass is `<payload>.<mac>`, both in URL-safe Base64. The payload names the addresses and the end in Unix
seconds, and nothing about the viewer; the MAC is HMAC-SHA256 with the key of placements. Another form takes
two releases, as that of placements does.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.channel import channel_of
from domain.errors import InvalidFieldError
from domain.validation import Reader, read_json, read_text
from lambdas.logic.errors import ProtocolError, UnauthorizedError
from lambdas.logic.ports.placement_keys import SigningKey, VerificationKeys

PURPOSE = b"channel-pass:"
"""Precedes what is signed, so that no signature of a placement can be one of a pass."""
FORM = re.compile(r"([A-Za-z0-9_-]{1,600})\.([A-Za-z0-9_-]{43})", re.ASCII)
MAX_ADDRESSES = 2
"""The audience's and the viewer's own."""
CONNECT = "EVENT_CONNECT"
"""AppSync's name of the operation that opens a connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassSigner:
    """Makes passes."""

    keys: SigningKey

    def sign(self, addresses: Sequence[str], expires_at: datetime) -> str:
        """Return a pass for these addresses; raises ProtocolError while the key cannot be read."""
        key = self.keys.current()
        if key is None:
            raise ProtocolError("INTERNAL", "no pass can be signed now; try again")
        content = {"addresses": list(addresses), "expires": int(expires_at.timestamp())}
        payload = json.dumps(content, separators=(",", ":")).encode()
        return f"{_encoded(payload)}.{_mac(key, payload)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassVerifier:
    """Verifies passes."""

    keys: VerificationKeys

    def channels(self, token: str, now: datetime) -> frozenset[str]:
        """Return the channels of a pass; raises UnauthorizedError unless it is ours and has not ended.

        Raises ProtocolError while no key can be read: the pass may be valid.
        """
        matched = FORM.fullmatch(token)
        payload = _decoded(matched.group(1)) if matched else None
        if matched is None or payload is None:
            raise UnauthorizedError("pass: expected <payload>.<mac>, got another form")
        if not self._is_ours(payload, matched.group(2)):
            raise UnauthorizedError("pass: expected one that this stage has signed")
        try:
            reader = Reader(read_json(payload))
            addresses = reader.items("addresses", read_text, maximum=MAX_ADDRESSES)
            expires = reader.integer("expires", minimum=0)
        except InvalidFieldError as error:
            raise UnauthorizedError(f"pass: {error}") from error
        if now.timestamp() >= expires:
            raise UnauthorizedError("pass: expected one that has not ended")
        return frozenset(map(channel_of, addresses))

    def _is_ours(self, payload: bytes, mac: str) -> bool:
        def fits() -> bool:
            return any(hmac.compare_digest(_mac(key, payload), mac) for key in self.keys.accepted())

        if fits() or (self.keys.refresh() and fits()):
            return True
        if not self.keys.accepted():
            raise ProtocolError("INTERNAL", "the pass cannot be verified now; try again")
        return False


def _mac(key: bytes, payload: bytes) -> str:
    return _encoded(hmac.digest(key, PURPOSE + payload, "sha256"))


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes | None:
    """Return the bytes; None for another text, or for one that another text of the same bytes replaces."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None
    return content if _encoded(content) == text else None


def may(operation: str, channel: object, channels: frozenset[str]) -> bool:
    """True if a pass with these channels allows the operation; nobody publishes with a pass."""
    if operation == CONNECT:
        return True
    return operation == "EVENT_SUBSCRIBE" and isinstance(channel, str) and channel in channels
