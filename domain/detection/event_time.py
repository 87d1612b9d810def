"""Event time of one match: the newest time of its signals, and which signals are late."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.validation import Reader, format_instant

LEAP = timedelta(minutes=30)
"""Longer than a break: a signal that is further ahead counts when a second one confirms it."""


class EventTime:
    """The newest time of the match's signals; one wrong clock does not advance it."""

    def __init__(self, lateness_seconds: float) -> None:
        self._lateness = timedelta(seconds=lateness_seconds)
        self._newest: datetime | None = None
        self._ahead: datetime | None = None

    def is_late(self, occurred_at: datetime) -> bool:
        """True if a signal is older than the newest by more than the allowed lateness."""
        newest = self._newest
        return newest is not None and occurred_at < newest and occurred_at < newest - self._lateness

    def advance(self, occurred_at: datetime) -> None:
        """Advance to the time of a signal."""
        if self._newest is None or self._newest < occurred_at <= self._newest + LEAP:
            self._newest = occurred_at
        elif occurred_at > self._newest:
            if self._ahead is not None and abs(occurred_at - self._ahead) <= LEAP:
                self._newest = occurred_at
            self._ahead = occurred_at

    def state(self) -> dict[str, Any]:
        """Return the event time in JSON-safe form."""
        return {
            "newest": self._newest and format_instant(self._newest),
            "leapt": self._ahead and format_instant(self._ahead),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the event time from its state."""
        reader = Reader(state, "state.time")
        self._newest = reader.optional(reader.instant, "newest")
        self._ahead = reader.optional(reader.instant, "leapt")
