"""The usual level at each time of day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

SLOTS = 48
MINUTES_PER_SLOT = 24 * 60 // SLOTS
LEARNING_RATE = 0.04
CAP_FACTOR, CAP_OFFSET = 4.0, 4.0


class DailyProfile:
    """A slowly learned level for each half hour of the day, smoothed over its neighbours.

    A value is capped at about four times the level before it is learned, so that one burst does not raise it.
    """

    def __init__(self) -> None:
        self._levels: list[float | None] = [None] * SLOTS
        self._sum = 0.0
        self._seen = 0

    def usual(self, at: datetime, *, default: float) -> float:
        """Return the usual level; while this time of day is new, the mean of all values or `default`."""
        slot = _slot(at)
        near = (self._levels[(slot + offset) % SLOTS] for offset in (-1, 0, 1))
        known = [level for level in near if level is not None]
        if known:
            return sum(known) / len(known)
        return self._sum / self._seen if self._seen else default

    def add(self, at: datetime, value: float) -> None:
        """Learn a value."""
        self._sum += value
        self._seen += 1
        level = self._levels[_slot(at)]
        if level is None:
            self._levels[_slot(at)] = value
        else:
            capped = min(value, CAP_FACTOR * level + CAP_OFFSET)
            self._levels[_slot(at)] = level + LEARNING_RATE * (capped - level)

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe, of constant size."""
        return {"levels": list(self._levels), "sum": self._sum, "seen": self._seen}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._levels, self._sum, self._seen = list(state["levels"]), state["sum"], state["seen"]


def _slot(at: datetime) -> int:
    return (at.hour * 60 + at.minute) // MINUTES_PER_SLOT
