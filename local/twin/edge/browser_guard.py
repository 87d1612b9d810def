"""Refuses what a page in a browser could make this machine's browser send to the twin.

The twin answers without passwords, so another web site must not reach it: neither by a request across
origins, nor under a name of its own that resolves to this machine (DNS rebinding).
"""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


def refusal(headers: Mapping[str, str]) -> str | None:
    """Return why a request is refused; None if it comes from this machine's programs and pages."""
    foreign = foreign_host(headers)
    if foreign is not None:
        return foreign
    origin = headers.get("Origin")
    if origin is not None and not _is_own(origin):
        return f"Origin: expected a page of this machine, got {origin[:100]!r}"
    if origin is None and headers.get("Sec-Fetch-Site") == "cross-site":
        return "Sec-Fetch-Site: expected a page of this machine, got cross-site"
    return None


def foreign_host(headers: Mapping[str, str]) -> str | None:
    """Return why a request is refused whose name of the twin is not this machine's; else None."""
    host = headers.get("Host", "")
    if not _is_own(f"//{host}"):
        return f"Host: expected a name of this machine, got {host[:100]!r}"
    return None


@lru_cache(maxsize=256)
def _is_own(url: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return name in _OWN_NAMES or name.endswith(".localhost")
