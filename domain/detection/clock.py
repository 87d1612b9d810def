"""Play time: how far the match is, with the real length of each period and without the breaks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.match_clock import PERIOD_LENGTH_SECONDS

DECIDING_PERIODS = (2, 4)
"""Normal time runs out in period 2, extra time in period 4."""


class PlayClock:
    """The furthest second seen of each period, and when each period began."""

    def __init__(self) -> None:
        self._furthest: dict[int, float] = {}
        self._length: dict[int, float] = {}
        self._began_at: dict[int, datetime] = {}

    @property
    def now(self) -> tuple[int, float]:
        """The furthest point of play that any signal has shown."""
        period = max(self._furthest, default=0)
        return (period, self._furthest.get(period, 0.0))

    def reach(self, period: int, clock_seconds: float, occurred_at: datetime) -> None:
        """A signal shows that play has come this far."""
        if clock_seconds > self._furthest.get(period, -1.0):
            self._furthest[period] = clock_seconds
        if period not in self._began_at:
            self._began_at[period] = occurred_at - timedelta(seconds=clock_seconds)

    def end(self, period: int, clock_seconds: float) -> None:
        """The feed says how long a period was."""
        self._length[period] = clock_seconds

    def play_seconds(self, period: int, clock_seconds: float) -> float:
        """Seconds of play since kick-off."""
        return sum(self._length_of(earlier) for earlier in range(1, period)) + clock_seconds

    def time_of(self, period: int, clock_seconds: float) -> datetime:
        """When a second of a period that was seen took place."""
        return self._began_at[period] + timedelta(seconds=clock_seconds)

    def at(self, instant: datetime) -> tuple[int, float]:
        """The point of play at an instant; before anything was seen, the very beginning."""
        begun = [period for period, began_at in self._began_at.items() if began_at <= instant]
        if not begun:
            return (1, 0.0)
        period = max(begun)
        return (period, round((instant - self._began_at[period]).total_seconds(), 3))

    def has_seen(self, period: int) -> bool:
        """Whether any signal of the period came."""
        return period in self._began_at

    def state(self) -> dict[str, Any]:
        """JSON-safe form for a checkpoint."""
        return {
            "furthest": {str(period): seconds for period, seconds in self._furthest.items()},
            "length": {str(period): seconds for period, seconds in self._length.items()},
            "began_at": {str(period): began.isoformat() for period, began in self._began_at.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._furthest = {int(period): float(seconds) for period, seconds in state["furthest"].items()}
        self._length = {int(period): float(seconds) for period, seconds in state["length"].items()}
        self._began_at = {
            int(period): datetime.fromisoformat(began) for period, began in state["began_at"].items()
        }

    def _length_of(self, period: int) -> float:
        if period in self._length:
            return self._length[period]
        furthest = self._furthest.get(period)
        return 0.0 if furthest is None else max(furthest, PERIOD_LENGTH_SECONDS[period])
