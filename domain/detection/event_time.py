"""Event time of one match: how far its signals have come, and which of them come too late."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.validation import Reader, format_instant

LEAP = timedelta(minutes=30)
"""Longer than a break: a signal so far ahead is believed when another one says the same."""


class EventTime:
    """The newest time that the match's signals agree on; one stray clock does not move it."""

    def __init__(self, lateness_seconds: float) -> None:
        self._lateness = timedelta(seconds=lateness_seconds)
        self._newest: datetime | None = None
        self._leapt: datetime | None = None

    def is_late(self, occurred_at: datetime) -> bool:
        """Whether a signal is older than the newest by more than the allowed lateness."""
        return self._newest is not None and occurred_at < self._newest - self._lateness

    def advance(self, occurred_at: datetime) -> None:
        """A signal shows that time has come this far."""
        if self._newest is None or self._newest < occurred_at <= self._newest + LEAP:
            self._newest = occurred_at
        elif occurred_at > self._newest:
            if self._leapt is not None and abs(occurred_at - self._leapt) <= LEAP:
                self._newest = occurred_at
            self._leapt = occurred_at

    def state(self) -> dict[str, Any]:
        """JSON-safe form for a checkpoint."""
        return {
            "newest": self._newest and format_instant(self._newest),
            "leapt": self._leapt and format_instant(self._leapt),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        reader = Reader(state, "state.time")
        self._newest = reader.instant("newest") if reader.has("newest") else None
        self._leapt = reader.instant("leapt") if reader.has("leapt") else None
