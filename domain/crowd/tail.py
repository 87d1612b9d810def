"""How far out a value lies, by the tail of everything seen before it."""

import math
from collections.abc import Mapping
from typing import Any

LOWEST, HIGHEST, STEP = -10.0, 12.0, 0.02
BINS = round((HIGHEST - LOWEST) / STEP)


class Tail:
    """A histogram of logarithms, of constant size.

    Above its `quantile` the values are taken to fall off exponentially (posts per interval have a Pareto
    tail, so their logarithms do), with the mean excess as scale: Hill's estimator. The unit of a surprise is
    thus the same in a busy series and in a quiet one: one more makes a value e times as rare.
    """

    def __init__(self, quantile: float = 0.95) -> None:
        self._beyond = 1 - quantile
        self._counts = [0] * BINS
        self._total = 0
        self._edge = BINS
        self._above, self._weighted = 0, 0.0

    @property
    def seen(self) -> int:
        """The number of values added."""
        return self._total

    def surprise(self, value: float) -> float:
        """Return how far a value is above the quantile (below: negative), in mean excesses."""
        threshold = LOWEST + self._edge * STEP
        excess = self._weighted / self._above - threshold if self._above else STEP
        return (value - threshold) / max(excess, STEP)

    def add(self, value: float) -> None:
        """Add a value, and move the edge of the tail by the few bins that this shifts it."""
        bin_ = min(max(math.floor((value - LOWEST) / STEP), 0), BINS - 1)
        self._counts[bin_] += 1
        self._total += 1
        if bin_ >= self._edge:
            self._move(bin_, 1)
        self._settle()

    def _settle(self) -> None:
        allowed = self._beyond * self._total
        while self._above > allowed:
            self._move(self._edge, -self._counts[self._edge])
            self._edge += 1
        while self._edge > 0 and self._above + self._counts[self._edge - 1] <= allowed:
            self._edge -= 1
            self._move(self._edge, self._counts[self._edge])

    def _move(self, bin_: int, count: int) -> None:
        self._above += count
        self._weighted += count * (LOWEST + (bin_ + 0.5) * STEP)

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: the non-empty bins, JSON-safe."""
        return {str(bin_): count for bin_, count in enumerate(self._counts) if count}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._counts = [0] * BINS
        for bin_, count in state.items():
            self._counts[int(bin_)] = int(count)
        self._total = sum(self._counts)
        self._edge, self._above, self._weighted = BINS, 0, 0.0
        self._settle()
