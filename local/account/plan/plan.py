"""The plan of matches of so many viewers: times, bottleneck, arrivals, quotas and cost of both modes."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from domain.delivery_mode import DeliveryMode
from domain.dispatch_task import MAX_AUDIENCES_PER_TASK, task_count
from lambdas.adapters.dynamo_budget import VIEWER_PART
from lambdas.logic.ladder import COHORT_TIMEOUT_SECONDS
from local.account.plan.arrival_plans import ArrivalPlans
from local.account.plan.measured import Measured
from local.account.plan.prices import PriceList
from local.account.plan.quota_needs import ARRIVAL_SECONDS, QuotaNeed, QuotaNeeds
from local.account.plan.simulation.arrivals import ArrivalOutcome
from local.account.plan.simulation.channels import (
    ChannelsOutcome,
    ChannelsRun,
    metered_events,
)
from local.account.plan.simulation.connections import ConnectionsOutcome, ConnectionsRun
from local.account.plan.stage_capacity import StageCapacity
from local.account.plan.usage import MatchUsage, Usage
from local.account.preflight.demand import Demand
from local.account.preflight.quota import Quota, read_quotas
from local.account.preflight.synthesized_stage import SynthesizedStage

VERSIONS_PLAYED = 3
"""Versions that are simulated; a time of the plan is the median of theirs."""
GATEWAY_BURST = 5_000
"""Requests that API Gateway takes at once: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""
HOURS_OF_A_MONTH = 730
AUDIENCE_SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
"""Audiences for which both modes are compared."""
TOLERATED_SECONDS = 5.0
"""Beyond this, 99 of 100 viewers wait too long for a version."""
Outcome = ConnectionsOutcome | ChannelsOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be planned."""

    viewers: int
    """Of each match."""
    matches: int
    """At the same time; each has a moment in the same instant."""
    audiences: int
    """Of each match: cohorts by consents and arms."""
    versions: int
    """Of each match's context."""
    arrivals: int
    """Viewers of all matches who come in within a minute."""
    matches_a_month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds from a moment until viewers have its version, and the share who have it before it expires."""

    first: float
    median: float
    p99: float
    last: float
    told: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What takes at least so many seconds, whatever else is done."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LateReports:
    """Reports of what was seen after a version, which the default quota of API Gateway has no room for."""

    per_second: float
    seconds: float
    """How long they use the quota up."""
    largest_share: float | None
    """The largest `impression_share` with which they fit; None if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """US dollars of one match for one use of a service."""

    usage: Usage
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModePlan:
    """The plan of one mode."""

    mode: DeliveryMode
    times: Times
    bottleneck: Bound
    come_in: ArrivalOutcome
    come_back: ArrivalOutcome
    quotas: Sequence[QuotaNeed]
    reports: "LateReports | None"
    """None if the default quota of API Gateway has room for them."""
    raised_p99: float | None
    """The time of 99 of 100 with the quota of outbound events that is asked for; None if none is."""
    costs: Sequence[Cost]
    tasks: int
    """Dispatch tasks of a version of one match."""
    ranked_share: float
    """The part of the cohorts that the campaign ranks for a moment; the others get popularity."""

    @property
    def match_usd(self) -> float:
        """The cost of one match."""
        return sum(cost.usd for cost in self.costs)

    @property
    def usd_by_service(self) -> Mapping[str, float]:
        """The cost of one match by service, the largest first."""
        sums: dict[str, float] = {}
        for cost in self.costs:
            sums[cost.usage.service] = sums.get(cost.usage.service, 0.0) + cost.usd
        return dict(sorted(sums.items(), key=lambda entry: -entry[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both modes at one number of viewers of a match."""

    viewers: int
    p99: Mapping[DeliveryMode, float]
    usd: Mapping[DeliveryMode, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Both modes side by side."""

    request: Request
    capacity: StageCapacity
    prices: PriceList
    metered_events: int
    """Events of AppSync's quota and bill that one message of an audience is."""
    campaigns: int
    """Campaigns, each at its quota, that rank all cohorts of all matches before any of them is given up."""
    idle_usd: float
    """The cost of a month without a match: streams, Flink and the resting campaign."""
    modes: Sequence[ModePlan]
    comparisons: Sequence[Comparison]

    def of(self, mode: DeliveryMode) -> ModePlan:
        """Return the plan of a mode."""
        return next(each for each in self.modes if each.mode is mode)

    def pays_from(self) -> tuple[int | None, int | None]:
        """Return the smallest compared audiences from which on `broadcast` is cheaper, and is needed."""
        cheaper = needed = None
        for each in reversed(self.comparisons):
            if each.usd[DeliveryMode.BROADCAST] >= each.usd[DeliveryMode.CONNECTIONS]:
                break
            cheaper = each.viewers
        for each in reversed(self.comparisons):
            if each.p99[DeliveryMode.CONNECTIONS] <= TOLERATED_SECONDS:
                break
            needed = each.viewers
        return cheaper, needed


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Plans for one stage."""

    stage: SynthesizedStage
    capacity: StageCapacity
    measured: Measured
    prices: PriceList
    compared: Sequence[int] = AUDIENCE_SIZES
    """Viewers of a match for which both modes are compared."""

    @cached_property
    def quotas(self) -> Mapping[str, Quota]:
        """The default quotas."""
        return read_quotas()

    def plan(self, request: Request) -> Plan:
        """Return the plan."""
        return Plan(
            request=request,
            capacity=self.capacity,
            prices=self.prices,
            metered_events=metered_events(self.measured.audience_bytes),
            campaigns=self._campaigns(request),
            idle_usd=self._idle_usd(),
            modes=[self._mode(mode, request) for mode in DeliveryMode],
            comparisons=[self._compare(viewers, request) for viewers in self.compared],
        )

    def _mode(self, mode: DeliveryMode, request: Request) -> ModePlan:
        outcomes = [self._play(mode, request, seed) for seed in range(1, VERSIONS_PLAYED + 1)]
        arrivals = ArrivalPlans(capacity=self.capacity, measured=self.measured, quotas=dict(self.quotas))
        viewers = request.viewers * request.matches
        times = _times(outcomes, viewers)
        needed = QuotaNeeds(
            stage=self.stage,
            capacity=self.capacity,
            measured=self.measured,
            viewers=viewers,
            arrivals=request.arrivals,
            publishes=self._publishes(request) * request.matches,
            first_seconds=times.first,
        )
        needs = needed.of(mode)
        return ModePlan(
            mode=mode,
            times=times,
            bottleneck=max(self._bounds(mode, request), key=lambda bound: bound.seconds),
            come_in=arrivals.come_in(mode, request.arrivals, ARRIVAL_SECONDS),
            come_back=arrivals.come_back(mode, viewers),
            quotas=needs,
            reports=self._late_reports(needed, mode),
            raised_p99=self._raised_p99(request, needs),
            costs=self._costs(mode, request, outcomes[0]),
            tasks=self._tasks(mode, request),
            ranked_share=statistics.median(outcome.ranked_share for outcome in outcomes),
        )

    def _late_reports(self, needed: QuotaNeeds, mode: DeliveryMode) -> LateReports | None:
        reports, quota = needed.reports(mode), self.quotas["gateway_requests"].default
        if reports.per_second <= quota:
            return None
        return LateReports(
            per_second=reports.per_second,
            seconds=reports.seconds(quota),
            largest_share=reports.largest_share(quota - needed.joins_per_second),
        )

    def _raised_p99(self, request: Request, needs: Sequence[QuotaNeed]) -> float | None:
        """Return the time of 99 of 100 with the outbound events that are needed, if the default is less."""
        outbound = self.quotas["channel_outbound"]
        for need in needs:
            if need.quota == outbound and need.is_short:
                raised = [
                    self._channels(request, seed, need.needed) for seed in range(1, VERSIONS_PLAYED + 1)
                ]
                return _times(raised, request.viewers * request.matches).p99
        return None

    def _play(self, mode: DeliveryMode, request: Request, seed: int) -> Outcome:
        if mode is DeliveryMode.CONNECTIONS:
            return ConnectionsRun(
                capacity=self.capacity,
                measured=self.measured,
                viewers=request.viewers,
                matches=request.matches,
                cohorts=request.audiences,
                gateway_per_second=self.quotas["gateway_requests"].default,
                gateway_burst=GATEWAY_BURST,
                seed=seed,
            ).play()
        return self._channels(request, seed, self.quotas["channel_outbound"].default)

    def _channels(self, request: Request, seed: int, outbound_per_second: float) -> ChannelsOutcome:
        return ChannelsRun(
            capacity=self.capacity,
            measured=self.measured,
            viewers=request.viewers,
            matches=request.matches,
            audiences=request.audiences,
            cohorts=request.audiences,
            inbound_per_second=self.quotas["channel_tokens"].default,
            outbound_per_second=outbound_per_second,
            seed=seed,
        ).play()

    def _bounds(self, mode: DeliveryMode, request: Request) -> Sequence[Bound]:
        capacity, viewers = self.capacity, request.viewers * request.matches
        tasks = self._tasks(mode, request) * request.matches
        environments = min(capacity.dispatch_concurrency, tasks)
        cohorts = request.audiences * request.matches
        calls = capacity.cohort_calls_per_second
        bounds = [
            Bound(name=f"the campaign: {calls:,} calls a second for cohorts", seconds=cohorts / calls),
        ]
        if mode is DeliveryMode.CONNECTIONS:
            posts, each = capacity.posts_per_second, self.measured.dispatch_processor_seconds
            return [
                *bounds,
                Bound(name=f"the account's posts: {posts:,} a second", seconds=viewers / posts),
                Bound(
                    name=f"the processors of {environments} environments",
                    seconds=viewers * each / environments,
                ),
            ]
        outbound = self.quotas["channel_outbound"].default
        metered = metered_events(self.measured.audience_bytes)
        return [
            *bounds,
            Bound(
                name=f"AppSync's outbound events: {outbound:,.0f} a second, and each message is {metered}",
                seconds=viewers * metered / outbound,
            ),
            Bound(
                name=f"the processors of {environments} environments",
                seconds=cohorts * self.measured.publish_processor_seconds / environments,
            ),
        ]

    def _costs(self, mode: DeliveryMode, request: Request, outcome: Outcome) -> Sequence[Cost]:
        usage = MatchUsage(
            capacity=self.capacity,
            measured=self.measured,
            viewers=request.viewers,
            matches=request.matches,
            versions=request.versions,
            tasks=self._tasks(mode, request),
            busy_seconds=outcome.busy_seconds / request.matches,
        )
        is_broadcast = mode is DeliveryMode.BROADCAST
        used = usage.of_broadcast(self._publishes(request)) if is_broadcast else usage.of_connections()
        return [Cost(usage=each, usd=self.prices.prices[each.price].of(each.quantity)) for each in used]

    def _campaigns(self, request: Request) -> int:
        """Return the campaigns that are needed at the quota of one, whose rate cohorts share with viewers."""
        calls = self.quotas["recommendations"].default * (1 - 1 / VIEWER_PART) * COHORT_TIMEOUT_SECONDS
        return ceil(request.audiences * request.matches / calls)

    def _idle_usd(self) -> float:
        """Return the cost of a month of what bills while nothing happens, as docs/deploy.md lists it."""
        needs = {need.quota: need.value for need in Demand(stage=self.stage, viewers=0).needs()}
        hours = {
            "kpu_hours": needs.get("kpus", 0),
            "shard_hours": needs.get("shards", 0),
            "poller_hours": self.capacity.dispatch_pollers or 0,
            "campaign_hours": self.capacity.resting_campaign_per_second,
        }
        prices = self.prices.prices
        return sum(prices[name].of(HOURS_OF_A_MONTH * quantity) for name, quantity in hours.items())

    def _tasks(self, mode: DeliveryMode, request: Request) -> int:
        if mode is DeliveryMode.CONNECTIONS:
            return task_count(request.viewers, self.capacity.connection_shards)
        named = min(self.capacity.named_viewers, request.viewers)
        return ceil(request.audiences / MAX_AUDIENCES_PER_TASK) + ceil(named / MAX_AUDIENCES_PER_TASK)

    def _publishes(self, request: Request) -> int:
        return request.audiences + min(self.capacity.named_viewers, request.viewers)

    def _compare(self, viewers: int, request: Request) -> Comparison:
        alone = Request(
            viewers=viewers,
            matches=1,
            audiences=request.audiences,
            versions=request.versions,
            arrivals=0,
            matches_a_month=request.matches_a_month,
        )
        outcomes = {
            mode: [self._play(mode, alone, seed) for seed in range(1, VERSIONS_PLAYED + 1)]
            for mode in DeliveryMode
        }
        return Comparison(
            viewers=viewers,
            p99={mode: _times(played, viewers).p99 for mode, played in outcomes.items()},
            usd={
                mode: sum(cost.usd for cost in self._costs(mode, alone, played[0]))
                for mode, played in outcomes.items()
            },
        )


def _times(outcomes: Sequence[Outcome], viewers: int) -> Times:
    """Return the times of the median version."""
    all_receptions = [outcome.receptions for outcome in outcomes]
    return Times(
        first=statistics.median(each.first for each in all_receptions),
        median=statistics.median(each.reached_by(0.5) for each in all_receptions),
        p99=statistics.median(each.reached_by(0.99) for each in all_receptions),
        last=statistics.median(each.last for each in all_receptions),
        told=statistics.median(each.viewers / viewers for each in all_receptions),
    )
