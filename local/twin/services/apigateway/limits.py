"""API Gateway's quotas: documented values, which the options of the twin and tests can change.

Sources: AWS documentation, "Quotas for configuring and running a WebSocket API in API Gateway",
"Quotas for configuring and running an HTTP API in API Gateway", "Amazon API Gateway quotas".
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from local.twin.services.apigateway.errors import InvalidQuotaError
from local.twin.services.token_bucket import Rate, TokenBucket

ACCOUNT_REQUESTS = Rate(per_second=10_000, burst=5_000)
ACCOUNT_CONNECTS = Rate(per_second=500, burst=500)
LIFTED = "none"


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
    requests: Rate | None = ACCOUNT_REQUESTS
    """Requests of all APIs together: handshakes, messages, `@connections` commands and HTTP requests."""
    connects: Rate | None = ACCOUNT_CONNECTS
    """New connections of all WebSocket APIs together."""
    stages: bool = True
    """True if the throttle of each API's stage is enforced too."""

    def with_quota(self, setting: str) -> "Limits":
        """Return the limits with one rate changed: `requests=200:100` (a second, at once) or `stages=none`.

        Without a second number, as many come at once as in a second. Raises InvalidQuotaError.
        """
        name, _, value = setting.partition("=")
        if name == "stages" and value == LIFTED:
            return replace(self, stages=False)
        if name == "requests":
            return replace(self, requests=read_rate(setting, value))
        if name == "connects":
            return replace(self, connects=read_rate(setting, value))
        raise InvalidQuotaError(setting)


def read_rate(setting: str, value: str) -> Rate | None:
    """Return the rate of a quota, or None if it is lifted; raises InvalidQuotaError."""
    if value == LIFTED:
        return None
    per_second, _, burst = value.partition(":")
    try:
        rate = Rate(per_second=float(per_second), burst=float(burst or per_second))
    except ValueError:
        raise InvalidQuotaError(setting) from None
    if rate.per_second <= 0 or rate.burst < 1:
        raise InvalidQuotaError(setting)
    return rate


class AccountRates:
    """The rates that all APIs of the account share; they can be changed while the gateway runs."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._now = now
        self.change(limits)

    def change(self, limits: Limits) -> None:
        """Enforce the rates of other limits from now on, with full token buckets."""
        self.requests = token_bucket(limits.requests, self._now)
        self.connects = token_bucket(limits.connects, self._now)
        self.enforces_stages = limits.stages


def admits(*buckets: TokenBucket | None) -> bool:
    """Take a token of each bucket; False if one of them has none left."""
    return all(bucket is None or bucket.take_token() for bucket in buckets)


def token_bucket(rate: Rate | None, now: Callable[[], float]) -> TokenBucket | None:
    """Return a full token bucket; None for a rate that is not enforced."""
    return None if rate is None else TokenBucket(rate, now)
