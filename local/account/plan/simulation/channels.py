"""One context version in the mode `broadcast`: tasks publish one message for each audience on its channel.

The service delivers an accepted message to the sockets of its channel. Its quota of outbound events is the
rate at which all deliveries of the account take place, one after another.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from random import Random
from statistics import fmean

from domain.dispatch_task import MAX_AUDIENCES_PER_TASK
from lambdas.logic.paced_poster import UnlimitedBudget
from local.account.plan.measured import Measured
from local.account.plan.simulation.connections import INVOCATION_SECONDS
from local.account.plan.simulation.limits import TokenBucket
from local.account.plan.simulation.posting import PostingEnvironment
from local.account.plan.simulation.rankings import CampaignCalls, SharedRankings, find_viewers
from local.account.plan.simulation.receptions import Receptions
from local.account.plan.simulation.simulated_time import Process, SimulatedTime
from local.account.plan.simulation.task_slots import Task
from local.account.plan.simulation.version_start import VersionStart
from local.account.plan.stage_capacity import StageCapacity

METERED_BYTES = 5 * 1024
"""AppSync Events meters a message by units of this size."""


def metered_events(size: int) -> int:
    """Return how many events of the quota and of the bill a message of so many bytes is."""
    return ceil(size / METERED_BYTES)


@dataclass(slots=True, kw_only=True)
class Deliveries:
    """What AppSync Events delivers: at its quota of outbound events, what was published first comes first."""

    per_second: float
    published: int = 0
    _free_at: float = 0.0
    """When all that was published so far has been delivered."""

    def deliver(self, metered: float, seconds: float) -> tuple[float, float]:
        """Return the times between which so many events are delivered that were published at a time."""
        self.published += 1
        start = max(seconds, self._free_at)
        self._free_at = start + metered / self.per_second
        return start, self._free_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsOutcome:
    """When the viewers of a version got it, and what that took."""

    receptions: Receptions
    busy_seconds: float
    """For which environments of the dispatch ran."""
    last_start: float
    """When the last task began."""
    publishes: int
    campaign_calls: int
    campaign_given_up: int
    """Calls that were not made, because the rate had no room in time."""
    ranked_share: float
    """The part of the cohorts that the campaign ranked; the others get popularity."""
    throttled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsRun:
    """One version of each match, all at the same instant."""

    capacity: StageCapacity
    measured: Measured
    viewers: int
    """Of one match; they are spread evenly over its audiences."""
    matches: int
    audiences: int
    """Of one match."""
    cohorts: int
    """Of one match."""
    inbound_per_second: float
    outbound_per_second: float
    seed: int

    def play(self) -> ChannelsOutcome:
        """Simulate the version from its moment on."""
        start = VersionStart.of(self.capacity, self.measured, self.seed)
        time, slots, calls = start.time, start.slots, start.calls
        version = _Version(
            run=self,
            time=time,
            random=start.random,
            calls=calls,
            inbound=self._inbound(),
            deliveries=Deliveries(per_second=self.outbound_per_second),
        )
        slots.run([task for _ in range(self.matches) for task in version.tasks()])
        time.run()
        return ChannelsOutcome(
            receptions=version.receptions,
            busy_seconds=slots.busy_seconds,
            last_start=slots.last_start,
            publishes=version.deliveries.published,
            campaign_calls=calls.answered,
            campaign_given_up=calls.given_up,
            ranked_share=fmean(each.ranked_share for each in version.rankings),
            throttled=sum(each.throttled for each in version.environments),
        )

    def _inbound(self) -> TokenBucket:
        """Return the rate of publishes: a message takes a token for each unit that it is metered as."""
        publishes = self.inbound_per_second / metered_events(self.measured.audience_bytes)
        return TokenBucket(publishes, publishes)


@dataclass(slots=True, kw_only=True)
class _Version:
    """What the tasks of a version share."""

    run: ChannelsRun
    time: SimulatedTime
    random: Random
    calls: CampaignCalls
    inbound: TokenBucket
    deliveries: Deliveries
    environments: list[PostingEnvironment] = field(default_factory=list)
    receptions: Receptions = field(default_factory=Receptions)
    rankings: list[SharedRankings] = field(default_factory=list)

    def tasks(self) -> list[Task]:
        """Return the tasks of one match: of its audiences, and of the viewers who are asked for by name."""
        rankings = SharedRankings(calls=self.calls)
        self.rankings.append(rankings)
        named = min(self.run.capacity.named_viewers, self.run.viewers)
        return [
            self._of_audiences(
                range(first, min(first + MAX_AUDIENCES_PER_TASK, self.run.audiences)), rankings
            )
            for first in range(0, self.run.audiences, MAX_AUDIENCES_PER_TASK)
        ] + [
            self._of_viewers(min(MAX_AUDIENCES_PER_TASK, named - first))
            for first in range(0, named, MAX_AUDIENCES_PER_TASK)
        ]

    def _of_audiences(self, audiences: Sequence[int], rankings: SharedRankings) -> Task:
        def deliver() -> Process:
            cohorts, _ = self.calls.budgets()
            yield self._table_call()
            yield self._table_call()
            yield from rankings.find({audience % self.run.cohorts for audience in audiences}, cohorts)
            yield from self._publish([self._viewers(audience) for audience in audiences])

        return deliver

    def _of_viewers(self, viewers: int) -> Task:
        """Publish to channels of one viewer; whoever has no ranking in time is told with the audience."""

        def deliver() -> Process:
            _, budget = self.calls.budgets()
            yield self._table_call()
            yield from find_viewers(self.calls, viewers, budget)
            # Those viewers are counted with their audiences.
            yield from self._publish([0] * viewers)

        return deliver

    def _publish(self, receivers: Sequence[int]) -> Process:
        """Publish a message for each audience, with the poster of connections, and store the documents."""
        measured, waiting = self.run.measured, deque(receivers)
        metered = metered_events(measured.audience_bytes)

        def sent(count: int, start: float, end: float) -> None:
            for number in range(1, count + 1):
                viewers = waiting.popleft()
                published = start + (end - start) * number / count
                first, last = self.deliveries.deliver(metered * max(1, viewers), published)
                latency = measured.sample("channel_delivery", self.random)
                self.receptions.add(viewers, first + latency, last + latency)

        environment = PostingEnvironment(
            time=self.time,
            measured=measured,
            random=self.random,
            table=self.calls.table,
            budget=UnlimitedBudget(),
            window_seconds=1.0,
            service=self.inbound,
            step="publish",
            concurrency=MAX_AUDIENCES_PER_TASK,
            seconds_each=measured.publish_processor_seconds,
            sent=sent,
        )
        self.environments.append(environment)
        yield from environment.post(len(receivers), self.time.seconds + INVOCATION_SECONDS)
        # Nobody who has got the message waits for the documents at the edge.
        yield measured.sample("document_write", self.random)
        yield self._table_call()

    def _viewers(self, audience: int) -> int:
        return self.run.viewers // self.run.audiences + (audience < self.run.viewers % self.run.audiences)

    def _table_call(self) -> float:
        return self.run.measured.sample("table_call", self.random)
