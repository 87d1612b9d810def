"""Tests of a version in the mode `connections`."""

from dataclasses import replace

import pytest

from local.account.plan.simulation.connections import ConnectionsOutcome, ConnectionsRun
from local.account.plan.stage_capacity import StageCapacity
from tests.unit.local.account.plan.planned_stage import CAPACITY, exact_steps


def play(
    viewers: int, *, matches: int = 1, capacity: StageCapacity = CAPACITY, gateway: float = 10_000
) -> ConnectionsOutcome:
    return ConnectionsRun(
        capacity=capacity,
        measured=exact_steps(),
        viewers=viewers,
        matches=matches,
        cohorts=50,
        gateway_per_second=gateway,
        gateway_burst=gateway / 2,
        seed=1,
    ).play()


@pytest.mark.parametrize(("viewers", "matches"), [(1, 1), (250, 1), (16_001, 1), (3_000, 4)])
def test_every_viewer_is_told_once(viewers: int, matches: int) -> None:
    assert play(viewers, matches=matches).receptions.viewers == viewers * matches


def test_a_large_audience_takes_the_time_of_the_posts() -> None:
    # GIVEN 90,000 viewers at 9,000 posts a second
    receptions = play(90_000).receptions
    # THEN they take ten seconds, but for the posts of the first window, which come at once
    assert receptions.last == pytest.approx(90_000 / 9_000, rel=0.1)
    assert receptions.reached_by(0.5) == pytest.approx(receptions.last / 2, rel=0.1)


def test_the_rate_of_posts_is_never_exceeded() -> None:
    receptions = play(50_000).receptions
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        least = (share * 50_000 - CAPACITY.post_burst) / CAPACITY.posts_per_second
        assert receptions.reached_by(share) >= least


def test_more_viewers_never_take_less_time() -> None:
    lasts = [play(viewers).receptions.last for viewers in (20_000, 40_000, 80_000)]
    assert lasts == sorted(lasts)


def test_a_gateway_that_grants_less_than_the_stage_believes_throttles_and_everybody_is_told() -> None:
    # GIVEN a stage that believes in 9,000 posts a second, and an account that has 2,000
    outcome = play(20_000, gateway=2_000)
    # THEN the environments find the rate: nobody is lost, most are told about as fast as the account allows
    assert outcome.throttled > 0
    assert outcome.receptions.viewers == 20_000
    assert 5 < outcome.receptions.reached_by(0.6) < 8
    assert outcome.receptions.last > 9.5


def test_viewers_who_are_not_reached_while_the_goal_is_shown_are_not_told() -> None:
    # GIVEN a rate at which the audience takes an hour
    outcome = play(36_000, capacity=replace(CAPACITY, posts_per_second=10, post_burst=5))
    # THEN a task ends when the version has expired, after four minutes and its own minute at most
    assert outcome.receptions.last < 300
    assert outcome.receptions.viewers < 36_000


def test_a_campaign_without_rate_delays_nobody_for_long() -> None:
    outcome = play(5_000, capacity=replace(CAPACITY, campaign_per_second=5))
    assert outcome.campaign_given_up > 0
    assert outcome.receptions.viewers == 5_000
    assert outcome.receptions.last < 10
