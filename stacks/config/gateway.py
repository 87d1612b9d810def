"""The account's quota of API Gateway requests, and how it is shared."""

from dataclasses import dataclass
from typing import Annotated

from stacks.config.checks import Positive, Within, check_fields

USUAL_REQUESTS, USUAL_BURST = 10_000, 5_000
"""The quota of every region that has Amazon Personalize; newer regions have a quarter of it.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayQuota:
    """Requests of all APIs of the account in the region: messages, posts to connections and feed requests."""

    requests_per_second: Positive = USUAL_REQUESTS
    burst: Positive = USUAL_BURST
    """The requests that may come at once; AWS sets it, and no stage's throttle can exceed it."""
    inbound_share: Annotated[float, Within(0, 0.9)] = 0.1
    """The share that is left to everything but posts to viewers."""

    def __post_init__(self) -> None:
        check_fields(self, "gateway")

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a function that posts to viewers."""
        posts = int(self.requests_per_second * (1 - self.inbound_share))
        return {"POSTS_PER_SECOND": str(max(1, posts)), "POST_BURST": str(self.burst)}
