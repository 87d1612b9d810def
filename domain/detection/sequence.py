"""The numbers under which the moments of one match are published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.validation import Reader


class SequenceNumbers:
    """Counts up by one; the first number is the second of event time at which the first moment came.

    So an engine that lost its state continues above the numbers that it gave before, as long as a match has
    fewer moments than seconds.
    """

    def __init__(self) -> None:
        self._last: int | None = None

    def next(self, occurred_at: datetime) -> int:
        """Return the next number, for a moment that a signal of this time leads to."""
        self._last = max(int(occurred_at.timestamp()), 0) if self._last is None else self._last + 1
        return self._last

    def state(self) -> dict[str, Any]:
        """Return the last number in JSON-safe form."""
        return {"last": self._last}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the last number from its state."""
        reader = Reader(state, "state.publication")
        self._last = reader.optional(reader.integer, "last", minimum=0)
