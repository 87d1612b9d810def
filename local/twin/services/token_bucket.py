"""Token buckets: the throttle of API Gateway and of Personalize."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Steady requests per second, and how many may come at once."""

    per_second: float
    burst: float


class TokenBucket:
    """Starts full with `burst` tokens and refills at `per_second`; safe to share between threads.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
    """

    def __init__(self, rate: Rate, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._tokens = rate.burst
        self._filled_at = now()
        self._lock = Lock()

    def take_token(self) -> bool:
        """Take one token; False if the bucket is empty."""
        return self.take_tokens(1)

    def take_tokens(self, count: int) -> bool:
        """Take this many tokens, or none: False if the bucket has fewer."""
        with self._lock:
            now = self._now()
            refilled = self._tokens + (now - self._filled_at) * self._rate.per_second
            self._tokens = min(self._rate.burst, refilled)
            self._filled_at = now
            if self._tokens < count:
                return False
            self._tokens -= count
            return True
