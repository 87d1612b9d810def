"""A sliding window of recent entries, and a decaying mean of older ones."""

import math
from collections import deque
from collections.abc import Mapping
from typing import Any

Entry = tuple[float, float, float]
"""A time (epoch seconds or a row number), an amount, and its weight."""


class SlidingWindow:
    """The sums of amount and weight over a sliding span; entries that leave it are returned."""

    def __init__(self, span_seconds: float) -> None:
        self._span_seconds = span_seconds
        self._entries: deque[Entry] = deque()

    def add(self, at: float, amount: float, weight: float) -> list[Entry]:
        """Add an entry; return the entries that leave the span."""
        self._entries.append((at, amount, weight))
        left = []
        while self._entries[0][0] <= at - self._span_seconds:
            left.append(self._entries.popleft())
        return left

    @property
    def amount(self) -> float:
        """The sum of the amounts within the span."""
        return sum(entry[1] for entry in self._entries)

    @property
    def weight(self) -> float:
        """The sum of the weights within the span."""
        return sum(entry[2] for entry in self._entries)

    def state(self) -> list[list[float]]:
        """Return the state for a checkpoint: JSON-safe, with the entries of the span."""
        return [list(entry) for entry in self._entries]

    def restore(self, state: list[list[float]]) -> None:
        """Restore the state of a checkpoint."""
        self._entries = deque((at, amount, weight) for at, amount, weight in state)


class DecayingMean:
    """A mean of amount over weight in which the past decays by a factor of e per `memory`."""

    def __init__(self, memory: float) -> None:
        """Set the memory, in the unit of the entries' times: seconds or rows."""
        self._memory = memory
        self._at = -math.inf
        self.amount = 0.0
        self.weight = 0.0

    @property
    def mean(self) -> float:
        """Amount per weight; 0 before the first entry."""
        return self.amount / self.weight if self.weight else 0.0

    def add(self, at: float, amount: float, weight: float) -> None:
        """Add an entry, in time order."""
        kept = math.exp(min(self._at - at, 0.0) / self._memory)
        self.amount = self.amount * kept + amount
        self.weight = self.weight * kept + weight
        self._at = at

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe, of constant size."""
        return {"at": self._at if self.weight else None, "amount": self.amount, "weight": self.weight}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._at = -math.inf if state["at"] is None else state["at"]
        self.amount, self.weight = state["amount"], state["weight"]
