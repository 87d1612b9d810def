"""How fast one execution environment posts: unlimited until it is throttled, then adapted.

Additive increase, multiplicative decrease, as in TCP: a throttled batch reduces the rate to a part of what
was accepted in the last second; without throttling the rate grows slowly. The first reduction follows a
burst, from which no rate can be measured, so the rate then grows exponentially until the second.
Source: https://en.wikipedia.org/wiki/Additive_increase/multiplicative_decrease
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

DECREASE = 0.85
"""The new rate after throttling, as a part of the posts that were accepted in the last second."""
INCREASE_PER_SECOND = 0.1
"""The growth of the rate in a second, as a part of the rate after the last reduction."""
FIRST_GROWTH_PER_SECOND = 4.0
"""The factor by which the rate grows in a second after the first reduction."""
LOWEST_PER_SECOND = 2.0
SAVED_SECONDS = 0.25
"""Unused posts are saved for at most this time."""
FORGOTTEN_AFTER = timedelta(minutes=1)
"""Without throttling for this long, the rate is unlimited again."""
MEASURED_OVER = timedelta(seconds=1)


@dataclass(slots=True)
class PostRate:
    """A token bucket whose rate follows what the gateway accepts."""

    _reduced_at: datetime | None = None
    _reduced_to: float = 0.0
    _is_measured: bool = False
    _saved: float = 0.0
    _saved_at: datetime | None = None
    _accepted: deque[tuple[datetime, int]] = field(default_factory=deque)

    def per_second(self, now: datetime) -> float | None:
        """Return the posts per second; None if they are not limited."""
        if self._reduced_at is None or now - self._reduced_at >= FORGOTTEN_AFTER:
            return None
        elapsed = (now - self._reduced_at).total_seconds()
        if self._is_measured:
            return self._reduced_to * (1 + INCREASE_PER_SECOND * elapsed)
        return float(self._reduced_to * FIRST_GROWTH_PER_SECOND**elapsed)

    def available(self, wanted: int, now: datetime) -> int:
        """Return how many of the wanted posts may be sent now."""
        rate = self.per_second(now)
        if rate is None or self._saved_at is None:
            return wanted
        elapsed = (now - self._saved_at).total_seconds()
        self._saved = min(max(1.0, rate * SAVED_SECONDS), self._saved + rate * elapsed)
        self._saved_at = now
        return min(wanted, int(self._saved))

    def record(self, *, accepted: int, refused: int = 0, is_throttled: bool, now: datetime) -> None:
        """Record the result of a batch; refused and failed posts use the rate as accepted ones do."""
        self._saved -= accepted + refused
        self._accepted.append((now, accepted))
        while now - self._accepted[0][0] >= MEASURED_OVER:
            self._accepted.popleft()
        if is_throttled:
            self._reduce(now)

    def _reduce(self, now: datetime) -> None:
        current = self.per_second(now)
        measured = float(sum(accepted for _, accepted in self._accepted))
        self._is_measured = current is not None and measured > 0
        self._reduced_to = max(
            LOWEST_PER_SECOND, DECREASE * (measured if current is None else min(current, measured))
        )
        self._reduced_at = self._saved_at = now
        self._saved = 0.0
