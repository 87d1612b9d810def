"""Confirm each peak of a series once."""

from collections import deque
from collections.abc import Mapping
from typing import Any


class Peaks:
    """Confirms a peak when no row of the `quiet_rows` before it and the `confirm_rows` after it is higher.

    It is a sliding maximum: each row enters and leaves once, so its cost does not depend on `quiet_rows`.
    """

    def __init__(self, *, quiet_rows: int, confirm_rows: int) -> None:
        self._confirm_rows = confirm_rows
        self._window_rows = quiet_rows + confirm_rows
        self._falling: deque[tuple[int, float]] = deque()
        self._row = 0

    def add(self, height: float) -> float:
        """Add a row; return the height of the peak that it confirms, or 0."""
        while self._falling and self._falling[-1][1] < height:
            self._falling.pop()
        self._falling.append((self._row, height))
        while self._falling[0][0] < self._row - self._window_rows:
            self._falling.popleft()
        row, highest = self._falling[0]
        confirmed = row == self._row - self._confirm_rows
        self._row += 1
        return highest if confirmed else 0.0

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe, with at most one entry per row of the window."""
        return {"row": self._row, "falling": [list(entry) for entry in self._falling]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._row = state["row"]
        self._falling = deque((row, height) for row, height in state["falling"])
