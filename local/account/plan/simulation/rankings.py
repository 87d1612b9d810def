"""The rankings of cohorts, which the tasks of a version share, and of viewers who are asked for by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from lambdas.adapters.dynamo_budget import DynamoRateBudget, rate_budgets
from lambdas.logic.ladder import COHORT_TIMEOUT_SECONDS, VIEWER_TIMEOUT_SECONDS
from lambdas.logic.shared_recommendations import CONCURRENT_CALLS, POLL_SECONDS
from local.account.plan.measured import Measured
from local.account.plan.simulation.limits import LeaseTable
from local.account.plan.simulation.simulated_time import Process, SimulatedTime


@dataclass(slots=True, kw_only=True)
class CampaignCalls:
    """Calls of the campaign by the environments of a version: answered, and given up for want of rate."""

    time: SimulatedTime
    measured: Measured
    random: Random
    table: LeaseTable
    per_second: int
    answered: int = 0
    given_up: int = 0

    def budgets(self) -> tuple[DynamoRateBudget, DynamoRateBudget]:
        """Return an environment's budgets of cohorts and of viewers."""
        return rate_budgets(
            self.table.client, "connections", campaign="campaign", limit=self.per_second, per_viewer=False
        )

    def seconds(self) -> float:
        """Return the seconds of one call."""
        return self.measured.sample("campaign_call", self.random)


@dataclass(slots=True, kw_only=True)
class SharedRankings:
    """The rankings of one match and version: whoever claims a cohort first calls the campaign for it."""

    calls: CampaignCalls
    _ready_at: dict[int, float | None] = field(default_factory=dict)
    """When each claimed cohort is ranked; None while that is not known."""
    _wanted: set[int] = field(default_factory=set)

    @property
    def ranked_share(self) -> float:
        """The part of the cohorts with viewers that the campaign ranked; the others get popularity."""
        return len(self._ready_at) / max(1, len(self._wanted))

    def find(self, cohorts: Iterable[int], budget: DynamoRateBudget) -> Process:
        """Wait until each cohort is ranked, or until it is given up."""
        calls, time = self.calls, self.calls.time
        give_up_at = time.seconds + COHORT_TIMEOUT_SECONDS
        missing = list(cohorts)
        self._wanted.update(missing)
        while missing:
            yield calls.measured.sample("table_call", calls.random)
            missing = [cohort for cohort in missing if not self._is_ready(cohort)]
            claimed = [cohort for cohort in missing if cohort not in self._ready_at][:CONCURRENT_CALLS]
            if claimed:
                yield from self._call(claimed, budget, give_up_at)
                missing = [cohort for cohort in missing if cohort not in claimed]
            elif missing:
                if time.seconds >= give_up_at:
                    return
                yield POLL_SECONDS

    def _is_ready(self, cohort: int) -> bool:
        ready_at = self._ready_at.get(cohort)
        return ready_at is not None and ready_at <= self.calls.time.seconds

    def _call(self, claimed: list[int], budget: DynamoRateBudget, give_up_at: float) -> Process:
        """Claim cohorts and call the campaign for all of them side by side, as far as the rate allows."""
        calls, time = self.calls, self.calls.time
        self._ready_at |= dict.fromkeys(claimed)
        yield calls.measured.sample("table_call", calls.random)
        waiting, last = list(claimed), time.seconds
        while waiting:
            for _ in range(budget.take_tokens(len(waiting), time.now())):
                answered_at = time.seconds + calls.seconds()
                self._ready_at[waiting.pop()] = answered_at
                calls.answered += 1
                last = max(last, answered_at)
            if waiting and time.seconds >= give_up_at:
                calls.given_up += len(waiting)
                for cohort in waiting:
                    del self._ready_at[cohort]
                break
            if waiting:
                yield POLL_SECONDS
        yield max(0.0, last - time.seconds)


def find_viewers(calls: CampaignCalls, viewers: int, budget: DynamoRateBudget) -> Process:
    """Wait for the rankings of as many viewers as the rate allows, within their timeout."""
    allowed = budget.take_tokens(viewers, calls.time.now()) if viewers else 0
    if not allowed:
        return
    rounds = -(-allowed // CONCURRENT_CALLS)
    calls.answered += allowed
    yield min(
        VIEWER_TIMEOUT_SECONDS + calls.seconds(),
        sum(max(calls.seconds() for _ in range(min(CONCURRENT_CALLS, allowed))) for _ in range(rounds)),
    )
