"""Where the client loads a component's micro-frontend from, and the hash that it verifies."""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.errors import InvalidFieldError
from domain.validation import Reader

FIELDS = ("url", "module", "integrity")
UNPUBLISHED = "unpublished"
"""Stands for the hash until the client's build writes it; no app loads such a remote."""
DIGEST_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}
"""The hash functions of Subresource Integrity. Source: https://www.w3.org/TR/SRI/#hash-functions"""
EXPECTED_HASH = "a hash like sha384-<base64>, of SHA-256, SHA-384 or SHA-512, or " + UNPUBLISHED
EXPECTED_URL = "an https URL, or a relative one without a host, such as /remotes/quiz/remoteEntry.js"
_URL = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
"""The characters of a URL (RFC 3986): no space, and no backslash, which browsers read as a slash."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Where the client loads the micro-frontend from, and its hash for Subresource Integrity."""

    url: str
    module: str
    integrity: str

    def to_dict(self) -> dict[str, str]:
        """Return `{"url", "module", "integrity"}`."""
        return {"url": self.url, "module": self.module, "integrity": self.integrity}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Remote":
        """Read a remote to publish; raises InvalidFieldError also for other fields, URLs and hashes."""
        reader = Reader(value, path)
        reader.refuse_others(FIELDS)
        remote = Remote.from_stored(value, path)
        if not _is_url(remote.url):
            raise InvalidFieldError(reader.path("url"), EXPECTED_URL, remote.url)
        if remote.integrity != UNPUBLISHED and not _is_hash(remote.integrity):
            raise InvalidFieldError(reader.path("integrity"), EXPECTED_HASH, remote.integrity)
        return remote

    @staticmethod
    def from_stored(value: object, path: str = "") -> "Remote":
        """Read a remote from our own tables, where another version may have written it."""
        reader = Reader(value, path)
        return Remote(
            url=reader.text("url"), module=reader.text("module"), integrity=reader.text("integrity")
        )


def _is_url(url: str) -> bool:
    """True for https with a host and without a user, and for a URL without scheme and host."""
    if not _URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        if parts.scheme:
            return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
    return not url.startswith("//") and bool(parts.path)


def _is_hash(integrity: str) -> bool:
    """True for one hash of Subresource Integrity with a digest of the right length."""
    name, _, digest = integrity.partition("-")
    if name not in DIGEST_BYTES or not _BASE64.fullmatch(digest):
        return False
    try:
        return len(base64.b64decode(digest, validate=True)) == DIGEST_BYTES[name]
    except binascii.Error:
        return False
