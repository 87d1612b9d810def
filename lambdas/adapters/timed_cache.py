"""Values that an execution environment remembers: for a time, and up to a number of them."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MAX_VALUES = 1_000
"""An environment can live for hours, and meet many matches and versions."""


class TimedCache(Generic[K, V]):
    """Values by key; the oldest is forgotten when there are too many."""

    def __init__(self, kept_for: timedelta, max_values: int = MAX_VALUES) -> None:
        self._kept_for = kept_for
        self._max_values = max_values
        self._values: dict[K, tuple[V, datetime]] = {}

    def __len__(self) -> int:
        return len(self._values)

    def find(self, key: K, now: datetime) -> V | None:
        """Return the value of a key; None if it is not known, or has been kept for long enough."""
        known = self._values.get(key)
        return known[0] if known is not None and now < known[1] else None

    def store(self, key: K, value: V, now: datetime) -> None:
        """Remember a value in place of an earlier one."""
        self._values.pop(key, None)
        self._values[key] = (value, now + self._kept_for)
        if len(self._values) > self._max_values:
            del self._values[next(iter(self._values))]

    def remove(self, key: K) -> None:
        """Forget a value, if there is one."""
        self._values.pop(key, None)
