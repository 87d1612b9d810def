"""Where the feed intake sends matches and signals."""

from collections.abc import Sequence
from typing import Protocol

from domain.match import Match
from domain.signal import Signal


class SignalStream(Protocol):
    """The stream of signals."""

    def put_signals(self, signals: Sequence[Signal]) -> Sequence[int]:
        """Write signals; return the indexes of those that were lost despite retries."""


class Announcements(Protocol):
    """The queue of matches that were announced or changed, in order."""

    def publish(self, match: Match) -> None:
        """Add a match to the queue."""
