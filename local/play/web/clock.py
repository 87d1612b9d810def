"""The programme's own time while a match is replayed: what the picture shows, and when."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.match import Score
from domain.match_clock import match_clock
from domain.match_event import MatchEventType
from domain.signal import Signal
from local.play.replay.pacing import LONGEST_PAUSE_SECONDS

LEAD = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What one picture shows: the programme's time, the match clock and the score."""

    programme_time: datetime
    clock: str
    score: Score


class ProgrammeClock:
    """Follows the signals of a replay; between two of them time runs on at the replay's speed.

    It never runs backwards. Before the first signal it stands still, half a minute before it.
    """

    def __init__(self, *, begins_at: datetime, speed: float, now: Callable[[], float]) -> None:
        self._speed = speed
        self._now = now
        self._lock = threading.Lock()
        self._shown = begins_at - LEAD
        self._last = begins_at - LEAD
        self._heard_at: float | None = None
        self._clock = "0:00"
        self._score = Score()

    def played(self, signal: Signal) -> None:
        """A signal was posted: it happened in the picture just now."""
        with self._lock:
            self._last = max(self._last, signal.occurred_at)
            self._heard_at = self._now()
            entry = signal.match_event
            if entry is None:
                return
            self._clock = match_clock(entry.period, entry.clock_seconds)
            if entry.type is MatchEventType.GOAL and entry.side is not None:
                self._score = self._score.plus(entry.side)

    def shot(self) -> Shot:
        """What the picture shows now."""
        with self._lock:
            return Shot(programme_time=self._time(), clock=self._clock, score=self._score)

    def _time(self) -> datetime:
        if self._heard_at is not None:
            passed = min((self._now() - self._heard_at) * self._speed, LONGEST_PAUSE_SECONDS)
            self._shown = max(self._shown, self._last + timedelta(seconds=passed))
        return self._shown
