"""Tests of the quotas that a mode needs."""

import pytest

from domain.delivery_mode import DeliveryMode
from local.account.plan.measured import read_measured
from local.account.plan.quota_needs import QuotaNeeds
from local.account.preflight.synthesized_stage import SynthesizedStage
from tests.unit.local.account.plan.planned_stage import CAPACITY


def needed(mode: DeliveryMode, quota: str, *, viewers: int, first_seconds: float) -> int:
    """Return how much of a quota a mode needs."""
    needs = QuotaNeeds(
        stage=SynthesizedStage(name="production", templates={}),
        capacity=CAPACITY,
        measured=read_measured(),
        viewers=viewers,
        arrivals=0,
        publishes=200,
        first_seconds=first_seconds,
    ).of(mode)
    (found,) = (need.needed for need in needs if need.quota.name == quota)
    return found


@pytest.mark.parametrize(
    ("mode", "quota"),
    [
        (DeliveryMode.CONNECTIONS, "Throttle rate"),
        (DeliveryMode.BROADCAST, "Event APIs - Rate of outbound messages per API"),
    ],
)
def test_the_later_the_first_viewer_is_told_the_faster_must_the_others_be(
    mode: DeliveryMode, quota: str
) -> None:
    early, late = (needed(mode, quota, viewers=3_000_000, first_seconds=first) for first in (0.4, 0.8))
    assert early < late


@pytest.mark.parametrize("first_seconds", [1.8, 1.95, 2.5, 60.0])
def test_no_quota_is_asked_for_to_make_up_for_a_slow_ranking(first_seconds: float) -> None:
    # GIVEN a small campaign, whose rankings alone take two seconds, and few viewers
    posts = needed(DeliveryMode.CONNECTIONS, "Throttle rate", viewers=5_000, first_seconds=first_seconds)
    # THEN they are to be told within a second after it, and the default of 10,000 suffices
    assert posts == 4_950 + 175
