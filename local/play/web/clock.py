"""The programme time of a replay: what the picture shows, and when."""

import math
import threading
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.detection.match_detector import MatchDetector
from domain.match import Score
from domain.match_clock import match_clock
from domain.signal import Signal
from local.play.replay.pacing import LONGEST_PAUSE_SECONDS, Pace
from local.play.web.play import Play, PlayTracker
from local.play.web.statistics import StatisticsLog

LEAD = timedelta(seconds=30)
SHORTLY = timedelta(milliseconds=1)
BEHIND_SECONDS = 4.0
"""How far behind the encoder the app's picture is: three seconds, and what a segment takes to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameContent:
    """What one frame shows: the programme time, the match clock, the score and the play."""

    programme_time: datetime
    clock: str
    score: Score
    play: Play = field(default_factory=Play)


class ProgrammeClock:
    """Follows the signals of a replay; between two signals, time advances at the replay's pace.

    It never goes backwards, and it waits before a signal that is late: the picture must not pass what it
    cannot show yet. Until the first signal is posted it stands still, 30 seconds before that signal. The
    score is that of the feed's last words: a goal that is disallowed leaves it. So are the `statistics`.

    `times` are the programme times of the signals, earliest first.
    """

    def __init__(
        self, *, match_id: str, times: Sequence[datetime], pace: Pace, now: Callable[[], float]
    ) -> None:
        self._pace = pace
        self._now = now
        self._lock = threading.Lock()
        self._times = times
        self._starts_at = self._shown = times[0] - LEAD
        self._reached: list[tuple[datetime, float]] = []
        """The programme times that signals advanced to, and when; both only grow."""
        self._clock = "0:00"
        self._match = MatchDetector(match_id)
        self._play = PlayTracker()
        self.statistics = StatisticsLog(match_id)

    def signal_posted(self, signal: Signal) -> None:
        """Advance to the signal's time, match clock, score and play."""
        with self._lock:
            now = self._now()
            if not self._reached or signal.occurred_at > self._reached[-1][0]:
                self._reached.append((signal.occurred_at, now))
            entry = signal.match_event
            if entry is None:
                return
            self._clock = match_clock(entry.period, entry.clock_seconds)
            self._play.observe(entry, now)
            self._match.observe(signal)
            self.statistics.observe(signal, entry)

    def frame_content(self) -> FrameContent:
        """Return what the picture shows now."""
        with self._lock:
            self._shown = max(self._shown, self._time_at(self._now()))
            return FrameContent(
                programme_time=self._shown,
                clock=self._clock,
                score=self._match.score,
                play=self._play.play(self._now()),
            )

    def viewers_time(self) -> datetime:
        """Return the programme time of the picture that viewers see."""
        with self._lock:
            return self._time_at(self._now() - BEHIND_SECONDS)

    def seconds_since(self, programme_time: datetime) -> float:
        """Return how many seconds ago viewers saw a programme time; negative before they do."""
        with self._lock:
            return self._now() - BEHIND_SECONDS - self._reached_at(programme_time)

    def _time_at(self, at: float) -> datetime:
        later = bisect(self._reached, at, key=lambda step: step[1])
        if later == 0:
            return self._starts_at
        before, reached_at = self._reached[later - 1]
        passed = min((at - reached_at) * self._pace(before), LONGEST_PAUSE_SECONDS)
        shown = before + timedelta(seconds=passed)
        following = bisect(self._times, before)
        return min([shown, *(each - SHORTLY for each in self._times[following : following + 1])])

    def _reached_at(self, programme_time: datetime) -> float:
        later = bisect(self._reached, programme_time, key=lambda step: step[0])
        at_latest = self._reached[later][1] if later < len(self._reached) else math.inf
        if later == 0:
            return at_latest
        before, reached_at = self._reached[later - 1]
        passed = (programme_time - before).total_seconds() / self._pace(before)
        return min(reached_at + passed, at_latest)
