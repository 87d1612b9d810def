"""The quotas that each mode needs for its goal.

The goal is that 99 of 100 viewers are told within two seconds, and that nobody who comes in is throttled.
Where the first viewer is told late, the others are to be within a second after: no quota makes up for a slow
ranking.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from domain.delivery_mode import DeliveryMode
from local.account.plan.measured import Measured
from local.account.plan.reports import Reports
from local.account.plan.simulation.channels import metered_events
from local.account.plan.stage_capacity import StageCapacity
from local.account.plan.usage import CLICK_SHARE
from local.account.preflight.demand import (
    ANSWER_SECONDS,
    CHANNELS,
    DOCUMENTS,
    IMPRESSIONS,
    LEAST_UNRESERVED,
    REFRESH_SECONDS,
    Demand,
)
from local.account.preflight.quota import Quota, read_quotas
from local.account.preflight.synthesized_stage import SynthesizedStage

GOAL_SECONDS, GOAL_SHARE = 2.0, 0.99
LEAST_SECONDS = 1.0
"""For all viewers after the first."""
ARRIVAL_SECONDS = 60.0
OF_BOTH_MODES = frozenset({"sign_ins", "cognito_mails", "ses_mails", "kpus", "put_events", "recommendations"})
ROUND_EVENTS = 100_000
RECORDS_OF_A_SHARD = 1_000
"""Records that a shard of Kinesis takes in a second:
https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaNeed:
    """How much of a quota a mode needs, and for what."""

    quota: Quota
    needed: int
    reason: str

    @property
    def is_short(self) -> bool:
        """True if the default is too small."""
        return self.needed > self.quota.default


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaNeeds:
    """The needs of all matches at the same time together."""

    stage: SynthesizedStage
    capacity: StageCapacity
    measured: Measured
    viewers: int
    """Of all matches."""
    arrivals: int
    """Viewers who come in within a minute."""
    publishes: int
    """Messages of a version of all matches."""
    first_seconds: float
    """When the first viewer has a version."""

    def of(self, mode: DeliveryMode) -> Sequence[QuotaNeed]:
        """Return the needs of a mode."""
        own = self._of_connections() if mode is DeliveryMode.CONNECTIONS else self._of_broadcast()
        shared = (
            (need.quota, need.value, need.reason)
            for need in Demand(stage=self.stage, viewers=self.viewers).needs()
            if need.quota in OF_BOTH_MODES
        )
        quotas = read_quotas()
        return [
            QuotaNeed(quota=quotas[name], needed=needed, reason=reason)
            for name, needed, reason in (*own, *shared)
        ]

    def reports(self, mode: DeliveryMode) -> Reports:
        """Return the reports of a version."""
        return Reports(capacity=self.capacity, mode=mode, viewers=self.viewers)

    @property
    def joins_per_second(self) -> float:
        """Viewers who come in on channels, as the app spreads them."""
        return min(self.arrivals / ARRIVAL_SECONDS, self.capacity.joins_per_second)

    @property
    def records_per_second(self) -> float:
        """Interactions that enter the stream meanwhile."""
        share = self.capacity.impression_share
        return self.viewers * (share * IMPRESSIONS + CLICK_SHARE) / ANSWER_SECONDS

    def _goal_seconds(self) -> float:
        return max(LEAST_SECONDS, GOAL_SECONDS - self.first_seconds)

    def _of_connections(self) -> Iterator[tuple[str, int, str]]:
        posts = ceil(self.viewers * GOAL_SHARE / self._goal_seconds())
        reports = ceil(self.reports(DeliveryMode.CONNECTIONS).per_second)
        joins = ceil(self.arrivals / ARRIVAL_SECONDS)
        yield "gateway_requests", posts + reports, f"{posts:,} posts a second, and {reports:,} reports"
        yield "new_connections", joins, f"{self.arrivals:,} viewers in a minute"
        yield (
            "lambda_concurrency",
            self._concurrency(reports * self._seconds("interaction") + joins * self._seconds("subscribe")),
            "reserved, and for reports and arrivals",
        )
        yield "shards", ceil(reports * IMPRESSIONS / RECORDS_OF_A_SHARD), "interactions"

    def _of_broadcast(self) -> Iterator[tuple[str, int, str]]:
        metered = metered_events(self.measured.audience_bytes)
        outbound = self.viewers * metered * GOAL_SHARE / self._goal_seconds()
        # A quota is asked for in round numbers.
        outbound = ceil(outbound / ROUND_EVENTS) * ROUND_EVENTS
        joins = ceil(self.joins_per_second)
        reports = ceil(self.reports(DeliveryMode.BROADCAST).per_second)
        passes = self._seconds("pass") + (1 + CHANNELS) * self._seconds("authorizer")
        fetches = ceil(self.viewers / REFRESH_SECONDS + joins * DOCUMENTS)
        yield "channel_outbound", outbound, f"a message of {metered} times 5 KB to {self.viewers:,} viewers"
        yield "channel_tokens", self.publishes * metered, "all messages of a version within a second"
        yield "channel_connects", joins, f"{self.arrivals:,} viewers in a minute, spread by the app"
        yield "gateway_requests", reports + joins, f"{reports:,} reports a second, and passes"
        yield (
            "lambda_concurrency",
            self._concurrency(reports * self._seconds("interaction") + joins * passes),
            "reserved, and for reports, passes and authorizers",
        )
        yield "shards", ceil(self.records_per_second / RECORDS_OF_A_SHARD), "interactions"
        yield (
            "edge_requests",
            fetches,
            f"a document of each viewer in {REFRESH_SECONDS:.0f} seconds",
        )

    def _seconds(self, step: str) -> float:
        return self.measured.times[step].p50_seconds

    def _concurrency(self, environments: float) -> int:
        return self.capacity.reserved_concurrency + max(LEAST_UNRESERVED, ceil(environments))
