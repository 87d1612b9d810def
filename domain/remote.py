"""Where the client loads a component's micro-frontend from, and the hash that it verifies."""

import base64
import binascii
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from domain.errors import InvalidFieldError
from domain.validation import Reader, read_text

FIELDS = ("url", "module", "integrity", "isolation")
UNPUBLISHED = "unpublished"
"""Stands for the hash until the client's build writes it; no app loads such a remote."""
DIGEST_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}
"""The hash functions of Subresource Integrity. Source: https://www.w3.org/TR/SRI/#hash-functions"""
EXPECTED_HASH = "a hash like sha384-<base64>, of SHA-256, SHA-384 or SHA-512, or " + UNPUBLISHED
EXPECTED_URL = "an https URL, or a relative one without a host, such as /remotes/quiz/remoteEntry.js"
_URL = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
"""The characters of a URL (RFC 3986): no space, and no backslash, which browsers read as a slash."""
HTTPS_ORIGIN = re.compile(r"https://[A-Za-z0-9.:-]+")
"""A wildcard would trust origins that nobody named; a semicolon would end a content security policy."""
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2}")
"""The start of a URL that names a scheme or a host."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class Isolation(StrEnum):
    """What separates a micro-frontend from the app: a sandboxed frame, or nothing."""

    FRAME = "frame"
    """It runs in a frame without network, storage, or access to the app: for partners."""
    MODULE = "module"
    """It runs in the app's page with all of the app's powers: for the operator's own code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Where the client loads the micro-frontend from, its hash for Subresource Integrity, and how it runs."""

    url: str
    module: str
    integrity: str
    isolation: Isolation

    def to_dict(self) -> dict[str, str]:
        """Return `{"url", "module", "integrity", "isolation"}`."""
        return {
            "url": self.url,
            "module": self.module,
            "integrity": self.integrity,
            "isolation": self.isolation.value,
        }

    @property
    def origin(self) -> str | None:
        """The origin of an absolute URL; None for a relative one, which the app's own build serves."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None

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
        url = reader.text("url")
        return Remote(
            url=url,
            module=reader.text("module"),
            integrity=reader.text("integrity"),
            isolation=reader.optional(reader.choice, "isolation", Isolation) or _default_isolation(url),
        )


def require_trusted(remote: Remote, trusted_origins: Collection[str], path: str) -> None:
    """Raise for a module of an origin that the catalogue does not trust: it would have the app's powers."""
    if remote.isolation is Isolation.MODULE and remote.origin and remote.origin not in trusted_origins:
        expected = f"frame, or {remote.origin} in the catalogue's trusted_origins"
        raise InvalidFieldError(f"{path}.isolation", expected, remote.isolation.value)


def read_origin(value: object, path: str) -> str:
    """Read an https origin: a scheme, a host and perhaps a port, without a path."""
    text = read_text(value, path)
    if not _is_url(text) or not HTTPS_ORIGIN.fullmatch(text):
        raise InvalidFieldError(path, "an https origin, such as https://components.example", text)
    return text


def _default_isolation(url: str) -> Isolation:
    """Return `module` for the app's own build, which its operator made, and `frame` for any other origin."""
    return Isolation.FRAME if _ABSOLUTE.match(url) else Isolation.MODULE


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
