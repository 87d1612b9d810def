"""Fingerprints of the signals that were received, by which one that comes again unchanged is known."""

import hashlib
import json
from collections.abc import Iterable

from domain.signal import Signal
from domain.validation import format_instant

MAX_FINGERPRINTS = 4_000


class Fingerprints:
    """The fingerprints of the last signals of a match."""

    def __init__(self) -> None:
        self._known: dict[str, None] = {}

    def __contains__(self, fingerprint: str) -> bool:
        return fingerprint in self._known

    def add(self, fingerprint: str) -> None:
        """Remember a signal by its fingerprint, and forget the oldest beyond the limit."""
        self._known[fingerprint] = None
        if len(self._known) > MAX_FINGERPRINTS:
            del self._known[next(iter(self._known))]

    def state(self) -> list[str]:
        """Return the fingerprints in JSON-safe form."""
        return list(self._known)

    def restore(self, state: Iterable[str]) -> None:
        """Restore the fingerprints from their state."""
        self._known = dict.fromkeys(state)


def fingerprint_of(signal: Signal) -> str:
    """Return a digest of what the provider sent; the time of its ingestion is no part of it."""
    content = {
        "id": signal.id,
        "occurred_at": format_instant(signal.occurred_at),
        "media_time": signal.media_time and format_instant(signal.media_time),
        "match_event": signal.match_event and signal.match_event.to_dict(),
    }
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=8).hexdigest()
