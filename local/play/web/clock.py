"""The programme time of a replay: what the picture shows, and when."""

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
class FrameContent:
    """What one frame shows: the programme time, the match clock and the score."""

    programme_time: datetime
    clock: str
    score: Score


class ProgrammeClock:
    """Follows the signals of a replay; between two signals, time advances at the replay's speed.

    It never goes backwards. Until the first signal is posted it stands still, 30 seconds before that signal.
    """

    def __init__(self, *, begins_at: datetime, speed: float, now: Callable[[], float]) -> None:
        self._speed = speed
        self._now = now
        self._lock = threading.Lock()
        self._shown = begins_at - LEAD
        self._last = begins_at - LEAD
        self._posted_at: float | None = None
        self._clock = "0:00"
        self._score = Score()

    def signal_posted(self, signal: Signal) -> None:
        """Advance to the signal's time, match clock and score."""
        with self._lock:
            self._last = max(self._last, signal.occurred_at)
            self._posted_at = self._now()
            entry = signal.match_event
            if entry is None:
                return
            self._clock = match_clock(entry.period, entry.clock_seconds)
            if entry.type is MatchEventType.GOAL and entry.side is not None:
                self._score = self._score.plus(entry.side)

    def frame_content(self) -> FrameContent:
        """Return what the picture shows now."""
        with self._lock:
            return FrameContent(programme_time=self._time(), clock=self._clock, score=self._score)

    def _time(self) -> datetime:
        if self._posted_at is not None:
            passed = min((self._now() - self._posted_at) * self._speed, LONGEST_PAUSE_SECONDS)
            self._shown = max(self._shown, self._last + timedelta(seconds=passed))
        return self._shown
