"""Tests of what limits rates in simulated time."""

from collections import Counter

import pytest

from lambdas.adapters.dynamo_budget import post_budget
from local.account.plan.simulation.limits import LeaseTable, TokenBucket
from local.account.plan.simulation.simulated_time import SimulatedTime


def test_a_bucket_grants_its_burst_and_then_its_rate() -> None:
    bucket = TokenBucket(per_second=10, burst=5)
    assert [bucket.take(1, 0.0) for _ in range(6)] == [True] * 5 + [False]
    # A tenth of a second later there is one more
    assert [bucket.take(1, 0.1) for _ in range(2)] == [True, False]


def test_a_bucket_that_is_drained_lasts_for_what_it_gains_too() -> None:
    # GIVEN 100 tokens, and 200 more a second
    bucket = TokenBucket(per_second=200, burst=100)
    # WHEN they are taken at 1,000 a second, THEN they last for an eighth of a second
    assert bucket.drain(2_000, 1_000, 0.0) == 125
    # AND what was gained meanwhile is gone
    assert not bucket.take(1, 0.125)


@pytest.mark.parametrize("requests_per_second", [50, 200])
def test_a_bucket_is_never_empty_for_fewer_requests_than_it_gains(requests_per_second: int) -> None:
    bucket = TokenBucket(per_second=200, burst=100)
    assert bucket.drain(10_000, requests_per_second, 0.0) == 10_000


def test_environments_that_lease_from_one_table_share_the_rate() -> None:
    # GIVEN ten environments, whose rate of 900 a second has windows of a quarter of a second
    table, time = LeaseTable(), SimulatedTime()
    budgets = [post_budget(table.client, "connections", per_second=900, burst=450) for _ in range(10)]
    taken: Counter[int] = Counter()
    # WHEN each takes what it gets for two seconds
    for tick in range(200):
        time.seconds = tick / 100
        for budget in budgets:
            taken[int(time.seconds * 4)] += budget.take_tokens(100, time.now())
    # THEN every window is used up and none is exceeded
    assert set(taken.values()) == {225}
