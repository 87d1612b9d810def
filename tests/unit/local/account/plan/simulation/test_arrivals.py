"""Tests of viewers who come in together."""

import pytest

from local.account.plan.simulation.arrivals import ArrivalOutcome, ArrivalRun, Limit, Step
from tests.unit.local.account.plan.planned_stage import exact_steps

STEPS = [Step(name="connect", draws_on={"connects": 1}), Step(name="subscribe", draws_on={})]


def arrive(viewers: int, *, per_second: float, within: float = 0.0, spread: float = 0.0) -> ArrivalOutcome:
    return ArrivalRun(
        measured=exact_steps(0.1),
        viewers=viewers,
        within_seconds=within,
        spread_seconds=spread,
        steps=STEPS,
        limits=[Limit(name="connects", per_second=per_second, burst=per_second)],
    ).play()


def test_without_a_throttle_a_viewer_waits_for_the_steps_only() -> None:
    outcome = arrive(1_000, per_second=500, within=60)
    assert outcome.throttled.total() == 0
    assert outcome.waits.last == pytest.approx(0.2)


def test_everybody_comes_in_although_the_limit_is_small() -> None:
    # GIVEN 5,000 viewers in one instant, and 500 connections a second
    outcome = arrive(5_000, per_second=500)
    # THEN nobody is left out, and the last one is not in before the limit allows
    assert outcome.waits.viewers == pytest.approx(5_000)
    assert outcome.throttled["connects"] > 0
    assert outcome.in_after >= (5_000 - 500) / 500


def test_apps_that_spread_their_arrival_are_not_throttled() -> None:
    outcome = arrive(5_000, per_second=500, spread=12)
    assert outcome.throttled.total() == 0
    assert outcome.waits.last <= 12.2


def test_large_audiences_arrive_in_groups() -> None:
    outcome = arrive(1_000_000, per_second=50_000, spread=25)
    assert outcome.waits.viewers == pytest.approx(1_000_000)
    assert outcome.waits.last <= 25.2
