"""Play time: how far the match is, with the real length of each period and without the breaks."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from domain.detection.entry import Entry
from domain.match_clock import PERIOD_LENGTH_SECONDS
from domain.match_event import CORRECTIONS, MatchEventType

T = TypeVar("T")

DECIDING_PERIODS = (2, 4)
"""Normal time runs out in period 2, extra time in period 4."""
MAX_CLOCK_SECONDS = 10_000.0
"""The highest clock that a feed entry or a moment may have."""


class PlayClock:
    """The furthest second seen of each period, and when each period began.

    Ordinary entries count for good; those that are kept count as long as they stand (`rebuild`).
    """

    def __init__(self) -> None:
        self._now = (0, 0.0)
        self._furthest: dict[int, float] = {}
        self._furthest_ordinary: dict[int, float] = {}
        self._length: dict[int, float] = {}
        self._began_at: dict[int, datetime] = {}
        self._began_at_ordinary: dict[int, datetime] = {}

    @property
    def now(self) -> tuple[int, float]:
        """Return the furthest point of play that any signal has shown."""
        return self._now

    def advance(self, period: int, clock_seconds: float, occurred_at: datetime) -> bool:
        """Advance to the second that an ordinary entry shows; false if the period has come as far already."""
        if clock_seconds <= self._furthest_ordinary.get(period, -1.0):
            return False
        self._furthest_ordinary[period] = clock_seconds
        if period not in self._began_at_ordinary:
            self._began_at_ordinary[period] = occurred_at - timedelta(seconds=clock_seconds)
        return self._reach(period, clock_seconds, occurred_at)

    def add(self, entry: Entry) -> None:
        """Advance to the second that an entry shows which is kept."""
        match_event = entry.match_event
        if match_event.type in CORRECTIONS:
            return
        period, clock_seconds = match_event.order
        self._reach(period, clock_seconds, entry.first_occurred_at)
        if match_event.type is MatchEventType.PERIOD_START:
            self._began_at[period] = entry.first_occurred_at - timedelta(seconds=clock_seconds)
        elif match_event.type is MatchEventType.PERIOD_END:
            self._length[period] = clock_seconds

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Start again from the ordinary entries and those that stand, in the order of play."""
        self._furthest = dict(self._furthest_ordinary)
        self._now = max(self._furthest.items(), default=(0, 0.0))
        self._began_at = dict(self._began_at_ordinary)
        self._length = {}
        for entry in entries:
            self.add(entry)

    def play_seconds(self, period: int, clock_seconds: float) -> float:
        """Return the seconds of play since kick-off."""
        return sum(self._length_of(earlier) for earlier in range(1, period)) + clock_seconds

    def time_of(self, period: int, clock_seconds: float) -> datetime:
        """Return the time of a second of a period that was seen."""
        return self._began_at[period] + timedelta(seconds=clock_seconds)

    def at(self, instant: datetime) -> tuple[int, float]:
        """Return the point of play at an instant; the very beginning before anything was seen."""
        begun = [period for period, began_at in self._began_at.items() if began_at <= instant]
        if not begun:
            return (1, 0.0)
        period = max(begun)
        clock_seconds = round((instant - self._began_at[period]).total_seconds(), 3)
        return (period, min(clock_seconds, MAX_CLOCK_SECONDS))

    def furthest(self, period: int) -> float:
        """Return the last second of a period that any signal has shown."""
        return self._furthest.get(period, 0.0)

    def has_seen(self, period: int) -> bool:
        """True if any signal of the period came."""
        return period in self._began_at

    def state(self) -> dict[str, Any]:
        """Return the clock in JSON-safe form."""
        return {
            "furthest": _by_text(self._furthest, float),
            "furthest_ordinary": _by_text(self._furthest_ordinary, float),
            "length": _by_text(self._length, float),
            "began_at": _by_text(self._began_at, datetime.isoformat),
            "began_at_ordinary": _by_text(self._began_at_ordinary, datetime.isoformat),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the clock from its state."""
        self._furthest = _by_period(state["furthest"], float)
        self._now = max(self._furthest.items(), default=(0, 0.0))
        self._furthest_ordinary = _by_period(state["furthest_ordinary"], float)
        self._length = _by_period(state["length"], float)
        self._began_at = _by_period(state["began_at"], datetime.fromisoformat)
        self._began_at_ordinary = _by_period(state["began_at_ordinary"], datetime.fromisoformat)

    def _reach(self, period: int, clock_seconds: float, occurred_at: datetime) -> bool:
        if period not in self._began_at:
            self._began_at[period] = occurred_at - timedelta(seconds=clock_seconds)
        if clock_seconds <= self._furthest.get(period, -1.0):
            return False
        self._furthest[period] = clock_seconds
        if period >= self._now[0]:
            self._now = (period, clock_seconds)
        return True

    def _length_of(self, period: int) -> float:
        if period in self._length:
            return self._length[period]
        furthest = self._furthest.get(period)
        return 0.0 if furthest is None else max(furthest, PERIOD_LENGTH_SECONDS[period])


def _by_text(values: Mapping[int, T], write: Callable[[T], Any]) -> dict[str, Any]:
    return {str(period): write(value) for period, value in values.items()}


def _by_period(values: Mapping[str, Any], read: Callable[[Any], T]) -> dict[int, T]:
    return {int(period): read(value) for period, value in values.items()}
