"""A circuit breaker: after the campaign's refusals it is left alone for a while."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.recommendation import Refusal

PAUSES: dict[Refusal, tuple[int, timedelta]] = {
    Refusal.MISSING: (1, timedelta(seconds=30)),
    Refusal.INVALID: (5, timedelta(seconds=5)),
    Refusal.FAILED: (3, timedelta(seconds=5)),
    Refusal.THROTTLED: (20, timedelta(seconds=1)),
}
"""For each refusal, how many in a row open the circuit, and for how long."""


@dataclass(slots=True)
class CircuitBreaker:
    """Counts refusals in a row; one answer closes the circuit again."""

    _open_until: datetime | None = None
    _in_a_row: dict[Refusal, int] = field(default_factory=dict)
    is_proven: bool = False
    """Whether the campaign has answered since the start, or since the circuit was last open."""

    def is_open(self, now: datetime) -> bool:
        """Whether the campaign is to be left alone."""
        return self._open_until is not None and now < self._open_until

    def refused(self, refusal: Refusal, now: datetime) -> None:
        """Take note of a refusal."""
        limit, pause = PAUSES[refusal]
        self._in_a_row[refusal] = self._in_a_row.get(refusal, 0) + 1
        if self._in_a_row[refusal] >= limit:
            self._in_a_row[refusal] = 0
            self._open_until = now + pause
            self.is_proven = False

    def answered(self) -> None:
        """Take note of an answer."""
        self._in_a_row.clear()
        self.is_proven = True
