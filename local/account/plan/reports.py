"""Reports of what viewers saw: they come within half a minute of a version, and share API Gateway's quota."""

from dataclasses import dataclass
from math import floor

from domain.delivery_mode import DeliveryMode
from local.account.plan.stage_capacity import StageCapacity
from local.account.plan.usage import CLICK_SHARE
from local.account.preflight.demand import ANSWER_SECONDS, IMPRESSIONS, reporting_share


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """The reports of a version that all viewers get at once."""

    capacity: StageCapacity
    mode: DeliveryMode
    viewers: int
    """Of all matches."""

    @property
    def per_second(self) -> float:
        """Requests a second."""
        share = self.capacity.impression_share if self.mode is DeliveryMode.BROADCAST else 1.0
        return self.viewers * (reporting_share(share) + CLICK_SHARE) / ANSWER_SECONDS

    def seconds(self, requests_per_second: float) -> float:
        """Return how long so many requests a second are taken up by reports."""
        return self.per_second * ANSWER_SECONDS / requests_per_second

    def largest_share(self, requests_per_second: float) -> float | None:
        """Return the largest `impression_share`, in hundredths, whose reports fit into so many requests.

        None if no share does: clicks are never sampled, and connections report every impression.
        """
        if self.mode is DeliveryMode.CONNECTIONS:
            return None
        reporting = min(1.0, requests_per_second * ANSWER_SECONDS / self.viewers - CLICK_SHARE)
        share = floor(100 * (1 - (1 - reporting) ** (1 / IMPRESSIONS))) / 100 if reporting > 0 else 0.0
        return share or None
