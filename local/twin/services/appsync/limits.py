"""AppSync's quotas of an Event API: the defaults, which tests and the twin's options can change.

Sources: AWS documentation, "AWS AppSync endpoints and quotas" (the rates second-hand, as the quotas that
`python -m local preflight` compares), "Publish events via HTTP" (five events of 240 KB), "Understanding the
Event API WebSocket protocol" (`ka` each minute, five minutes of silence).
"""

import math
from dataclasses import dataclass, replace

from local.twin.services.apigateway.errors import InvalidQuotaError
from local.twin.services.apigateway.limits import read_rate
from local.twin.services.token_bucket import Rate

QUOTA_PREFIX = "channel_"
CONNECTS = Rate(per_second=2_000, burst=2_000)
PUBLISHES = Rate(per_second=2_000, burst=2_000)
MESSAGES = Rate(per_second=1_000_000, burst=1_000_000)
METERED_BYTES = 5 * 1024
"""Publishes and deliveries are metered by each begun 5 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLimits:
    """The quotas of each Event API; a rate of None is not enforced."""

    events_per_publish: int = 5
    event_bytes: int = 240 * 1024
    subscriptions: int = 100
    """Of one connection."""
    life_seconds: float = 24 * 60 * 60
    keep_alive_seconds: float = 60
    silence_seconds: float = 300
    """After this time without a message a client may take its connection as lost."""
    authorizer_seconds: float = 10
    unsent_bytes: int = 1024 * 1024
    """What waits for a client that does not read; further messages to it are dropped."""
    connects: Rate | None = CONNECTS
    """New connections."""
    publishes: Rate | None = PUBLISHES
    """Tokens of requests to publish, one for each begun 5 KB."""
    messages: Rate | None = MESSAGES
    """Deliveries to subscribers, each begun 5 KB counted; what exceeds the rate is dropped."""

    def with_quota(self, setting: str) -> "ChannelLimits":
        """Return the limits with one rate changed, such as `channel_publishes=200:100`.

        Raises InvalidQuotaError.
        """
        name, _, value = setting.removeprefix(QUOTA_PREFIX).partition("=")
        if name == "connects":
            return replace(self, connects=read_rate(setting, value))
        if name == "publishes":
            return replace(self, publishes=read_rate(setting, value))
        if name == "messages":
            return replace(self, messages=read_rate(setting, value))
        raise InvalidQuotaError(setting)


def metered(size_bytes: int) -> int:
    """Return as how many units a message of this size counts."""
    return max(1, math.ceil(size_bytes / METERED_BYTES))
