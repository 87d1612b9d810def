"""One burst is told once."""

from collections import deque
from collections.abc import Mapping
from typing import Any


class Peaks:
    """Lets a peak through when it has held for `confirm_rows` and nothing in `quiet_rows` before was as high.

    A sliding maximum: each row enters and leaves once, so a row costs the same however long the quiet is.
    """

    def __init__(self, *, quiet_rows: int, confirm_rows: int) -> None:
        self._confirm_rows = confirm_rows
        self._reach = quiet_rows + confirm_rows
        self._falling: deque[tuple[int, float]] = deque()
        self._row = 0

    def add(self, height: float) -> float:
        """The height of the peak that this row confirms, or 0."""
        while self._falling and self._falling[-1][1] < height:
            self._falling.pop()
        self._falling.append((self._row, height))
        while self._falling[0][0] < self._row - self._reach:
            self._falling.popleft()
        row, highest = self._falling[0]
        confirmed = row == self._row - self._confirm_rows
        self._row += 1
        return highest if confirmed else 0.0

    def state(self) -> dict[str, Any]:
        """JSON-safe, of at most one entry for each row of the quiet."""
        return {"row": self._row, "falling": [list(entry) for entry in self._falling]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._row = state["row"]
        self._falling = deque((row, height) for row, height in state["falling"])
