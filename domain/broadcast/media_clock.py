"""The media time of a second of play, from the clock that the scoreboard shows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from domain.match_clock import PERIOD_LENGTH_SECONDS, PERIOD_START_SECONDS
from domain.match_event import SHOOT_OUT_PERIOD
from domain.validation import format_instant

MAX_READINGS = 60
MIN_AGREEING_FRAMES = 3
AGREEING_SECONDS = 2.0
"""The clock and the name of a frame are in whole seconds, so correct readings differ by less than this."""
MAX_DISTANCE = timedelta(minutes=5)
"""The longest distance between the media time and the feed's time of an event; half-time is longer."""
FROZEN_CLOCK_SECONDS = frozenset(
    PERIOD_START_SECONDS[period] + length for period, length in PERIOD_LENGTH_SECONDS.items() if length
)
"""The end of each period, where some clocks stop during stoppage time: such a reading is ambiguous."""


def shown_clock(period: int, clock_seconds: float) -> float | None:
    """Return what the scoreboard's clock shows at a second of a period; None in a shoot-out."""
    return None if period == SHOOT_OUT_PERIOD else PERIOD_START_SECONDS[period] + clock_seconds


class MediaClock:
    """Derives media time from clock readings by majority; the order of the readings does not matter."""

    def __init__(self) -> None:
        self._readings: dict[datetime, float] = {}

    def observe(self, media_time: datetime, clock_seconds: float) -> None:
        """Add the clock that a frame showed."""
        if clock_seconds in FROZEN_CLOCK_SECONDS:
            return
        self._readings[media_time] = clock_seconds
        if len(self._readings) > MAX_READINGS:
            del self._readings[min(self._readings)]

    def media_time(self, period: int, clock_seconds: float, occurred_at: datetime) -> datetime | None:
        """Return the media time of a second of play, or None if too few frames agree on it.

        Readings that point far from the event's own time do not count: they belong to another period or were
        misread.
        """
        shown = shown_clock(period, clock_seconds)
        if shown is None:
            return None
        candidates = [at + timedelta(seconds=shown - reading) for at, reading in self._readings.items()]
        seconds = [
            (candidate - occurred_at).total_seconds()
            for candidate in candidates
            if abs(candidate - occurred_at) <= MAX_DISTANCE
        ]
        if len(seconds) < MIN_AGREEING_FRAMES:
            return None
        middle = median(seconds)
        agreeing = [entry for entry in seconds if abs(entry - middle) <= AGREEING_SECONDS]
        if len(agreeing) < max(MIN_AGREEING_FRAMES, len(seconds) // 2 + 1):
            return None
        return occurred_at + timedelta(seconds=round(median(agreeing), 3))

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe and bounded."""
        return {"readings": [[format_instant(at), reading] for at, reading in self._readings.items()]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._readings = {datetime.fromisoformat(at): float(reading) for at, reading in state["readings"]}
