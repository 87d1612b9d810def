"""One context version in the mode `connections`: tasks read pages of subscribers and post to each.

The structure is that of `lambdas/logic/dispatch.py`, with its constants; the leased rates are the functions'
own code.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from statistics import fmean

from domain.dispatch_task import LONGEST_PICTURE_DELAY, task_count
from domain.moment import MomentType
from domain.salience import SALIENCE
from lambdas.adapters.dynamo_budget import post_budget
from lambdas.logic.dispatch import PAGE_SIZE
from local.account.plan.measured import Measured
from local.account.plan.simulation.limits import LeaseTable, TokenBucket
from local.account.plan.simulation.posting import PostingEnvironment
from local.account.plan.simulation.rankings import CampaignCalls, SharedRankings, find_viewers
from local.account.plan.simulation.receptions import Receptions
from local.account.plan.simulation.simulated_time import Process, SimulatedTime
from local.account.plan.simulation.task_slots import Task, TaskSlots
from local.account.plan.simulation.version_start import VersionStart
from local.account.plan.stage_capacity import StageCapacity

INVOCATION_SECONDS = 52.0
"""How long one delivery of a task posts: the function's timeout without the handler's reserve."""
ENGAGED_SHARE = 0.05
"""The part of the viewers who have recommendations of their own, as in the benchmarks."""
GOAL_EXPIRES_SECONDS = (
    timedelta(seconds=SALIENCE[MomentType.GOAL].valid_seconds) + LONGEST_PICTURE_DELAY
).total_seconds()
"""A task that is delivered again later than this is not continued: no screen shows the goal any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionsOutcome:
    """When the viewers of a version got it, and what that took."""

    receptions: Receptions
    busy_seconds: float
    """For which environments of the dispatch ran."""
    last_start: float
    """When the last task began."""
    campaign_calls: int
    campaign_given_up: int
    """Calls that were not made, because the rate had no room in time."""
    ranked_share: float
    """The part of the cohorts that the campaign ranked; the others get popularity."""
    throttled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionsRun:
    """One version of each match, all at the same instant."""

    capacity: StageCapacity
    measured: Measured
    viewers: int
    """Of one match."""
    matches: int
    cohorts: int
    """Of one match."""
    gateway_per_second: float
    gateway_burst: float
    seed: int

    def play(self) -> ConnectionsOutcome:
        """Simulate the version from its moment on."""
        start = VersionStart.of(self.capacity, self.measured, self.seed)
        time, slots, calls = start.time, start.slots, start.calls
        version = _Version(
            run=self,
            time=time,
            random=start.random,
            table=start.table,
            calls=calls,
            slots=slots,
            receptions=Receptions(),
            gateway=TokenBucket(self.gateway_per_second, self.gateway_burst),
        )
        slots.run([task for _ in range(self.matches) for task in version.tasks()])
        time.run()
        return ConnectionsOutcome(
            receptions=version.receptions,
            busy_seconds=slots.busy_seconds,
            last_start=slots.last_start,
            campaign_calls=calls.answered,
            campaign_given_up=calls.given_up,
            ranked_share=fmean(each.ranked_share for each in version.rankings),
            throttled=sum(each.throttled for each in version.environments),
        )


@dataclass(slots=True, kw_only=True)
class _Version:
    """What the tasks of a version share."""

    run: ConnectionsRun
    time: SimulatedTime
    random: Random
    table: LeaseTable
    calls: CampaignCalls
    slots: TaskSlots
    receptions: Receptions
    gateway: TokenBucket
    environments: list[PostingEnvironment] = field(default_factory=list)
    rankings: list[SharedRankings] = field(default_factory=list)

    def tasks(self) -> list[Task]:
        """Return the tasks of one match, as the planner of the dispatch makes them."""
        shards = self.run.capacity.connection_shards
        count = task_count(self.run.viewers, shards)
        rankings = SharedRankings(calls=self.calls)
        self.rankings.append(rankings)
        return [self._task(range(first, shards, count), rankings) for first in range(count)]

    def _task(self, shards: Sequence[int], rankings: SharedRankings) -> Task:
        left = {shard: self._subscribers(shard) for shard in shards}
        ranked: set[int] = set()

        def deliver() -> Process:
            deadline = self.time.seconds + INVOCATION_SECONDS
            if self.time.seconds >= GOAL_EXPIRES_SECONDS:
                return
            environment, (cohorts, viewers) = self._environment(), self.calls.budgets()
            yield self._table_call()
            for shard in left:
                yield self._table_call()
                while left[shard] and self.time.seconds < deadline:
                    page = min(PAGE_SIZE, left[shard])
                    yield self.run.measured.sample("subscriber_page", self.random)
                    new = self._cohorts(page) - ranked
                    yield from rankings.find(new, cohorts)
                    ranked.update(new)
                    own = self._binomial(page, ENGAGED_SHARE)
                    owed = yield from environment.post(page - own, deadline)
                    if not owed:
                        yield from find_viewers(self.calls, own, viewers)
                        owed = yield from environment.post(own, deadline)
                    else:
                        owed += own
                    left[shard] -= page - owed
                    yield self._table_call()
            if any(left.values()):
                self.slots.send_again(deliver)

        return deliver

    def _environment(self) -> PostingEnvironment:
        capacity = self.run.capacity
        environment = PostingEnvironment(
            time=self.time,
            measured=self.run.measured,
            random=self.random,
            table=self.table,
            budget=post_budget(
                self.table.client,
                "connections",
                per_second=capacity.posts_per_second,
                burst=capacity.post_burst,
            ),
            window_seconds=1 / math.ceil(2 * capacity.posts_per_second / capacity.post_burst),
            service=self.gateway,
            step="post",
            concurrency=capacity.post_concurrency,
            seconds_each=self.run.measured.dispatch_processor_seconds,
            sent=self.receptions.add,
        )
        self.environments.append(environment)
        return environment

    def _subscribers(self, shard: int) -> int:
        """Return the subscribers of a shard: viewers are spread evenly."""
        shards = self.run.capacity.connection_shards
        return self.run.viewers // shards + (shard < self.run.viewers % shards)

    def _cohorts(self, page: int) -> set[int]:
        """Return the cohorts of the viewers of a page."""
        return {self.random.randrange(self.run.cohorts) for _ in range(page)}

    def _binomial(self, count: int, share: float) -> int:
        return sum(self.random.random() < share for _ in range(count))

    def _table_call(self) -> float:
        return self.run.measured.sample("table_call", self.random)
