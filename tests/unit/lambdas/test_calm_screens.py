"""Calm screens: what follows a moment is ranked for each cohort, and each lull shows something else."""

from datetime import datetime, timedelta

import pytest

from domain.component import Slot
from domain.moment import Moment, MomentType
from lambdas.logic.ladder import CALM_TIMEOUT_SECONDS
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig


class BudgetOfOneSecond:
    """No token before an instant, and any number after it."""

    def __init__(self, begins_at: datetime) -> None:
        self._begins_at = begins_at

    def take_token(self, now: datetime) -> bool:
        return now >= self._begins_at


def calm_rungs(rig: DispatchRig, number: int) -> list[str]:
    return [placed["rung"] for placed in rig.inbox(number)[-1]["afterwards"]]


def a_lull(number: int) -> Moment:
    return builders.a_moment(
        20 + 8 * number, kind=MomentType.SCORE_CORRECTED, details={"number": number}, sequence=number
    )


def test_a_calm_screen_is_ranked_for_the_cohort_and_counted(rig: DispatchRig) -> None:
    rig.follow(*range(10))
    rig.dispatch()
    assert calm_rungs(rig, 1) == ["cohort"]
    assert rig.telemetry.counts["CalmRungCohort"] == 10


def test_the_calm_ranking_does_not_delay_a_moment_beyond_its_timeout(rig: DispatchRig) -> None:
    # GIVEN no rate for calm screens
    rig.ladder.viewer_budget = fakes.FixedBudget(0)
    rig.follow(1)
    before = rig.clock()
    rig.dispatch()
    # THEN the moment is ranked for the cohort, and what follows it is on a lower rung
    (message,) = rig.inbox(1)
    assert {placed["rung"] for placed in message["placements"]} == {"cohort"}
    assert calm_rungs(rig, 1) == ["editorial"]
    waited = message["trace"]["recommendedAt"] - before.timestamp() * 1000
    assert waited <= CALM_TIMEOUT_SECONDS * 1000 + 50


def test_a_calm_ranking_that_came_too_late_is_ready_for_the_next_version(rig: DispatchRig) -> None:
    # GIVEN a rate that suffices for the calm screen only after the posts
    rig.ladder.viewer_budget = BudgetOfOneSecond(rig.clock() + timedelta(seconds=0.5))
    rig.follow(1)
    goal = builders.a_moment(1)
    rig.dispatch(rig.context(goal))
    assert calm_rungs(rig, 1) == ["editorial"]
    # WHEN a card follows, at the same score
    card = builders.a_moment(4, kind=MomentType.YELLOW_CARD, score=goal.score)
    rig.connections.set_last_version("turkey-italy", "c00001", 1)
    rig.ladder.viewer_budget = fakes.FixedBudget(0)
    rig.dispatch(rig.context(goal, card))
    # THEN its calm screen is ranked, and no second call was made for it
    assert calm_rungs(rig, 1) == ["cohort"]
    assert len(rig.asked_about_calm()) == 1


def test_without_the_campaign_a_calm_screen_is_ranked_by_popularity(rig: DispatchRig) -> None:
    rig.recommender.ranking = ()
    rig.catalogue.popular = {"none": ("stats",)}
    rig.follow(1)
    rig.dispatch()
    assert calm_rungs(rig, 1) == ["popularity"]


def test_each_lull_shows_another_component_in_each_slot(rig: DispatchRig) -> None:
    # GIVEN four good components for a slot
    names = ("first", "second", "third", "fourth")
    rig.catalogue.known = {name: builders.a_component(name, Slot.TICKER) for name in names}
    rig.recommender.ranking = names
    rig.follow(1)
    shown = []
    lulls = [a_lull(number) for number in range(1, 5)]
    for count in range(1, 5):
        rig.connections.set_last_version("turkey-italy", "c00001", 0)
        rig.dispatch(rig.context(*lulls[:count]))
        message = rig.inbox(1)[-1]
        assert [each["componentId"] for each in message["afterwards"]] == [
            each["componentId"] for each in message["placements"]
        ]
        shown.append(message["placements"][0]["componentId"])
    # THEN the best three take turns
    assert shown == ["second", "third", "first", "second"]
    assert len(rig.recommender.asked) == len({str(columns) for columns in rig.recommender.columns})


@pytest.mark.parametrize("number", [1, 2])
def test_a_lull_leaves_the_overlay_empty(rig: DispatchRig, number: int) -> None:
    rig.follow(1)
    rig.dispatch(rig.context(a_lull(number)))
    slots = {placed["slot"] for placed in rig.inbox(1)[0]["placements"]}
    assert slots == {"side_panel"}
