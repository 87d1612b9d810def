"""API Gateway's quotas, as values that a test may shorten.

Sources: AWS documentation, "Quotas for configuring and running a WebSocket API in API Gateway",
"Quotas for configuring and running an HTTP API in API Gateway", "Amazon API Gateway quotas".
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A token bucket's size: steady requests per second, and how many may come at once."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The quotas that the gateway holds its clients to; a rate of None is not enforced."""

    message_bytes: int = 128 * 1024
    frame_bytes: int = 32 * 1024
    authorizer_result_bytes: int = 8 * 1024
    http_payload_bytes: int = 10 * 1024 * 1024
    idle_seconds: float = 10 * 60
    life_seconds: float = 2 * 60 * 60
    integration_seconds: float = 29
    authorizer_seconds: float = 10
    unsent_bytes: int = 1024 * 1024
    connects: Rate | None = None
    messages: Rate | None = None
    management: Rate | None = None
    http_requests: Rate | None = None


class TokenBucket:
    """The throttle that API Gateway documents ("Throttle requests to your WebSocket APIs")."""

    def __init__(self, rate: Rate, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._tokens = float(rate.burst)
        self._filled_at = now()

    def take(self) -> bool:
        """Take one token; False when the bucket is empty."""
        now = self._now()
        refilled = self._tokens + (now - self._filled_at) * self._rate.per_second
        self._tokens = min(float(self._rate.burst), refilled)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def bucket(rate: Rate | None, now: Callable[[], float]) -> TokenBucket | None:
    """A throttle for a rate, or None where none is enforced."""
    return None if rate is None else TokenBucket(rate, now)
