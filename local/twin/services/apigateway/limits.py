"""API Gateway's quotas, which tests can change.

Sources: AWS documentation, "Quotas for configuring and running a WebSocket API in API Gateway",
"Quotas for configuring and running an HTTP API in API Gateway", "Amazon API Gateway quotas".
"""

from collections.abc import Callable
from dataclasses import dataclass

from local.twin.services.token_bucket import Rate, TokenBucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The quotas that the gateway enforces; a rate of None is not enforced."""

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


def token_bucket(rate: Rate | None, now: Callable[[], float]) -> TokenBucket | None:
    """Return a full token bucket; None for a rate that is not enforced."""
    return None if rate is None else TokenBucket(rate, now)
