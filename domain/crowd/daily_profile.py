"""What is usual at this time of the day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

SLOTS = 48
MINUTES_PER_SLOT = 24 * 60 // SLOTS
LEARNING_RATE = 0.04
MOST_LEARNT, MOST_LEARNT_AT_LEAST = 4.0, 4.0


class DailyProfile:
    """A slowly learnt level for each half hour of the day, smoothed over its neighbours.

    One value counts for at most four times the usual, so that a burst does not become tomorrow's habit.
    """

    def __init__(self) -> None:
        self._levels: list[float | None] = [None] * SLOTS
        self._sum = 0.0
        self._seen = 0

    def usual(self, at: datetime, *, unless_known: float) -> float:
        """The usual level; the mean of all that was seen while this time of the day is new."""
        slot = _slot(at)
        near = (self._levels[(slot + offset) % SLOTS] for offset in (-1, 0, 1))
        known = [level for level in near if level is not None]
        if known:
            return sum(known) / len(known)
        return self._sum / self._seen if self._seen else unless_known

    def add(self, at: datetime, value: float) -> None:
        """Learn a value."""
        self._sum += value
        self._seen += 1
        level = self._levels[_slot(at)]
        if level is None:
            self._levels[_slot(at)] = value
        else:
            learnt = min(value, MOST_LEARNT * level + MOST_LEARNT_AT_LEAST)
            self._levels[_slot(at)] = level + LEARNING_RATE * (learnt - level)

    def state(self) -> dict[str, Any]:
        """JSON-safe, of constant size."""
        return {"levels": list(self._levels), "sum": self._sum, "seen": self._seen}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._levels, self._sum, self._seen = list(state["levels"]), state["sum"], state["seen"]


def _slot(at: datetime) -> int:
    return (at.hour * 60 + at.minute) // MINUTES_PER_SLOT
