"""How far a detector has followed a match."""

import math
from collections.abc import Mapping
from typing import Any


class Progress:
    """The first and the newest interval that a detector observed."""

    def __init__(self, warm_up_seconds: float) -> None:
        self._warm_up_seconds = warm_up_seconds
        self._first = math.inf
        self.until = -math.inf
        """The end of the newest interval, in epoch seconds; minus infinity before the first."""

    def advance(self, now: float) -> bool:
        """Move on to an interval that ends at `now`; False if the interval is out of time order."""
        if now <= self.until:
            return False
        self._first = min(self._first, now)
        self.until = now
        return True

    @property
    def is_warm(self) -> bool:
        """True if the warm-up is over."""
        return self.until - self._first >= self._warm_up_seconds

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe and bounded."""
        if self.until == -math.inf:
            return {"first": None, "last": None}
        return {"first": self._first, "last": self.until}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._first = math.inf if state["first"] is None else state["first"]
        self.until = -math.inf if state["last"] is None else state["last"]
