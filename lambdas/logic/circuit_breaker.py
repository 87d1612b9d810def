"""A circuit breaker: after repeated refusals the campaign is not called for a while."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.recommendation import Refusal

LIMITS: dict[Refusal, tuple[int, timedelta]] = {
    Refusal.MISSING: (1, timedelta(seconds=30)),
    Refusal.INVALID: (5, timedelta(seconds=5)),
    Refusal.FAILED: (3, timedelta(seconds=5)),
    Refusal.THROTTLED: (20, timedelta(seconds=1)),
}
"""For each refusal, how many in a row open the circuit, and for how long."""


@dataclass(slots=True)
class CircuitBreaker:
    """Counts consecutive refusals; an answer resets the counts."""

    _open_until: datetime | None = None
    _consecutive: dict[Refusal, int] = field(default_factory=dict)
    is_proven: bool = False
    """True if the campaign has answered since the start, and since the circuit was last open."""

    def is_open(self, now: datetime) -> bool:
        """True if the campaign must not be called now."""
        return self._open_until is not None and now < self._open_until

    def record_refusal(self, refusal: Refusal, now: datetime) -> None:
        """Count a refusal; open the circuit at its limit."""
        limit, pause = LIMITS[refusal]
        self._consecutive[refusal] = self._consecutive.get(refusal, 0) + 1
        if self._consecutive[refusal] >= limit:
            self._consecutive[refusal] = 0
            self._open_until = now + pause
            self.is_proven = False

    def record_answer(self) -> None:
        """Reset the counts."""
        self._consecutive.clear()
        self.is_proven = True
