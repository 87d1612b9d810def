"""Where a second of play is in the programme, by the clock that the scoreboard shows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from domain.match_clock import PERIOD_LENGTH_SECONDS, PERIOD_START_SECONDS
from domain.match_event import SHOOT_OUT_PERIOD
from domain.validation import format_instant

REMEMBERED = 60
FRAMES_TO_BELIEVE = 3
AGREEING_SECONDS = 2.0
"""A clock shows whole seconds, and a frame is named by one: right readings differ by less."""
FURTHEST_FROM_EVENT = timedelta(minutes=5)
"""The programme and the feed's time of an event are never further apart; half-time breaks are longer."""
FROZEN_CLOCK_SECONDS = frozenset(
    PERIOD_START_SECONDS[period] + length for period, length in PERIOD_LENGTH_SECONDS.items() if length
)
"""The end of each period, where some clocks stop during stoppage time: such a reading is ambiguous."""


def shown_clock(period: int, clock_seconds: float) -> float | None:
    """Return what the scoreboard's clock shows at a second of a period; None in a shoot-out."""
    return None if period == SHOOT_OUT_PERIOD else PERIOD_START_SECONDS[period] + clock_seconds


class MediaClock:
    """Readings of the clock; what most of them say is right, in whatever order they come."""

    def __init__(self) -> None:
        self._readings: dict[datetime, float] = {}

    def observe(self, media_time: datetime, clock_seconds: float) -> None:
        """A frame showed this clock."""
        if clock_seconds in FROZEN_CLOCK_SECONDS:
            return
        self._readings[media_time] = clock_seconds
        if len(self._readings) > REMEMBERED:
            del self._readings[min(self._readings)]

    def media_time(self, period: int, clock_seconds: float, occurred_at: datetime) -> datetime | None:
        """The programme time of a second of play, or None when too few frames agree about it.

        Readings of another period, and most misread ones, point far from the event's own time: no vote.
        """
        shown = shown_clock(period, clock_seconds)
        if shown is None:
            return None
        pointing = [at + timedelta(seconds=shown - reading) for at, reading in self._readings.items()]
        seconds = [
            (pointed - occurred_at).total_seconds()
            for pointed in pointing
            if abs(pointed - occurred_at) <= FURTHEST_FROM_EVENT
        ]
        if len(seconds) < FRAMES_TO_BELIEVE:
            return None
        middle = median(seconds)
        agreeing = [entry for entry in seconds if abs(entry - middle) <= AGREEING_SECONDS]
        if len(agreeing) < max(FRAMES_TO_BELIEVE, len(seconds) // 2 + 1):
            return None
        return occurred_at + timedelta(seconds=round(median(agreeing), 3))

    def state(self) -> dict[str, Any]:
        """JSON-safe and bounded."""
        return {"readings": [[format_instant(at), reading] for at, reading in self._readings.items()]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._readings = {datetime.fromisoformat(at): float(reading) for at, reading in state["readings"]}
