"""The account's quota of API Gateway requests, and how it is shared."""

from dataclasses import dataclass, replace
from typing import Final

from stacks.errors import StageConfigError

SMALL_QUOTA_REGIONS: Final = frozenset(
    {
        *("af-south-1", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7"),
        *("ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1"),
        "mx-central-1",
    }
)
"""The regions with a quarter of the default quota.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
"""
USUAL_REQUESTS, USUAL_BURST = 10_000, 5_000
MAX_INBOUND_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayQuota:
    """Requests of all APIs of the account in the region: messages, posts to connections and feed requests."""

    requests_per_second: int = USUAL_REQUESTS
    burst: int = USUAL_BURST
    """The requests that may come at once; AWS sets it, and no stage's throttle can exceed it."""
    inbound_share: float = 0.1
    """The share that is left to everything but posts to viewers."""

    def __post_init__(self) -> None:
        if self.requests_per_second < 1:
            raise StageConfigError("gateway.requests_per_second", "at least 1", self.requests_per_second)
        if self.burst < 1:
            raise StageConfigError("gateway.burst", "at least 1", self.burst)
        if not 0 <= self.inbound_share <= MAX_INBOUND_SHARE:
            raise StageConfigError(
                "gateway.inbound_share", f"a number from 0 to {MAX_INBOUND_SHARE}", self.inbound_share
            )

    def in_region(self, region: str | None) -> "GatewayQuota":
        """Return the region's default quota in place of the usual one; None is a region that is not known."""
        is_usual = (self.requests_per_second, self.burst) == (USUAL_REQUESTS, USUAL_BURST)
        if is_usual and region in SMALL_QUOTA_REGIONS:
            return replace(self, requests_per_second=USUAL_REQUESTS // 4, burst=USUAL_BURST // 4)
        return self

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a function that posts to viewers."""
        posts = int(self.requests_per_second * (1 - self.inbound_share))
        return {"POSTS_PER_SECOND": str(max(1, posts)), "POST_BURST": str(self.burst)}
