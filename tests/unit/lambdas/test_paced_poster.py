"""Posts that fail are sent again within the budget, and spare a gateway that fails."""

from collections import Counter
from datetime import timedelta

from lambdas.logic.paced_poster import MAX_ATTEMPTS, PacedOutcome, PacedPoster, UnlimitedBudget
from lambdas.logic.ports.connections import PostBudget
from local.twin.services.token_bucket import Rate
from tests.support import fakes

PER_SECOND = 140
MOST_IN_A_SECOND = PER_SECOND * 5 // 4
"""A second reaches into five windows of the budget."""
ACCOUNT = Rate(per_second=10_000, burst=5_000)
VIEWERS = [f"c{number:05d}" for number in range(280)]
LONG = timedelta(seconds=52)


class Rig:
    """A paced poster, and the gateway that it posts to."""

    def __init__(self, budget: PostBudget) -> None:
        self.clock = fakes.FrozenClock()
        self.gateway = fakes.ThrottlingPoster(self.clock, ACCOUNT)
        self.recovers_after: timedelta | None = None
        self._began = self.clock()
        self.paced = PacedPoster(poster=self.gateway, budget=budget, clock=self.clock, sleep=self._sleep)

    def post(self, time: timedelta = LONG) -> PacedOutcome:
        """Post to every viewer."""
        return self.paced.post(
            VIEWERS, lambda batch: [(one, b"{}") for one in batch], deadline=self.clock() + time
        )

    def seconds(self) -> float:
        return (self.clock() - self._began).total_seconds()

    def busiest_second(self) -> int:
        """Return the most requests that began within a second."""
        at = self.gateway.requested_at
        return max(sum(began <= other < began + timedelta(seconds=1) for other in at) for began in at)

    def _sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)
        if self.recovers_after is not None and self.seconds() >= self.recovers_after.total_seconds():
            self.gateway.failing = set()


def test_a_gateway_that_fails_gets_no_more_than_the_budget_and_soon_less() -> None:
    # GIVEN a gateway that answers every post with 5xx
    rig = Rig(fakes.WindowBudget(PER_SECOND))
    rig.gateway.failing = set(VIEWERS)
    # WHEN viewers are posted to until a deadline
    outcome = rig.post()
    # THEN no second has more requests than the budget, and the rate has fallen
    assert rig.busiest_second() <= MOST_IN_A_SECOND
    assert rig.gateway.requests < 0.1 * PER_SECOND * LONG.total_seconds()
    # AND those who were tried have failed, and the others are owed
    tried = {entry for entry in VIEWERS if entry in set(outcome.failed)}
    assert len(tried) == len(outcome.failed)
    assert sorted(outcome.failed + outcome.owed) == VIEWERS
    assert outcome.sent == []


def test_everyone_is_served_when_the_gateway_has_recovered() -> None:
    rig = Rig(fakes.WindowBudget(PER_SECOND))
    rig.gateway.failing = set(VIEWERS)
    rig.recovers_after = timedelta(seconds=3)
    outcome = rig.post()
    assert sorted(outcome.sent) == VIEWERS
    assert (outcome.failed, outcome.owed) == ([], [])
    assert rig.busiest_second() <= MOST_IN_A_SECOND
    assert rig.seconds() < 12


def test_connections_that_always_fail_slow_nobody_down() -> None:
    # GIVEN two connections whose posts fail
    rig = Rig(UnlimitedBudget())
    rig.gateway.failing = {VIEWERS[10], VIEWERS[11]}
    # WHEN all are posted to
    outcome = rig.post()
    # THEN those two have failed after all their attempts, with growing pauses
    assert sorted(outcome.failed) == VIEWERS[10:12]
    assert outcome.retried == 2 * (MAX_ATTEMPTS - 1)
    assert rig.gateway.requests == len(VIEWERS) - 2 + 2 * MAX_ATTEMPTS
    assert 0.5 < rig.seconds() < 2
    # AND the rate is not reduced
    assert rig.paced.rate.per_second(rig.clock()) is None
    assert Counter(outcome.sent) == rig.gateway.received


def test_a_connection_that_was_tried_before_the_deadline_has_failed() -> None:
    rig = Rig(UnlimitedBudget())
    rig.gateway.failing = {VIEWERS[10]}
    outcome = rig.post(timedelta(milliseconds=100))
    assert (outcome.failed, outcome.owed) == ([VIEWERS[10]], [])
