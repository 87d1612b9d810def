"""Calm screens: they are ranked ahead for each cohort, nobody waits for them, and each lull shows others."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.component import Slot
from domain.match import Score
from domain.moment import Moment, MomentType
from domain.post_outcome import PostOutcome
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig

SUBSCRIBE = {"action": "subscribe", "matchId": "turkey-italy"}


class BudgetPerSecond:
    """So many tokens in each second."""

    def __init__(self, limit: int) -> None:
        self.taken: dict[int, int] = {}
        self._limit = limit

    def take_token(self, now: datetime) -> bool:
        return self.take_tokens(1, now) == 1

    def take_tokens(self, wanted: int, now: datetime) -> int:
        second = int(now.timestamp())
        before = self.taken.get(second, 0)
        taken = min(wanted, self._limit - before)
        self.taken[second] = before + taken
        return taken


class PosterThatNotesCalls:
    """Notes how often the campaign had been called for calm screens when it posted."""

    def __init__(self, rig: DispatchRig) -> None:
        self.asked_before_post: list[int] = []
        self._rig, self._poster = rig, rig.poster

    def post(self, messages: Iterable[tuple[str, bytes]], *, time_limit: timedelta) -> PostOutcome:
        self.asked_before_post.append(len(self._rig.asked_about_calm()))
        return self._poster.post(messages, time_limit=time_limit)


def calm_rungs(rig: DispatchRig, number: int) -> list[str]:
    return [placed["rung"] for placed in rig.inbox(number)[-1]["afterwards"]]


def dispatch_to_all(rig: DispatchRig, *moments: Moment) -> None:
    """Dispatch the newest version to everybody again."""
    for subscription in list(rig.connections.subscriptions.values()):
        rig.connections.set_last_version(subscription.match_id, subscription.connection_id, 0)
    rig.dispatch(rig.context(*moments))


def a_lull(number: int) -> Moment:
    return builders.a_moment(
        20 + 8 * number, kind=MomentType.SCORE_CORRECTED, details={"number": number}, sequence=number
    )


def a_card_after(goal: Moment) -> Moment:
    return builders.a_moment(4, kind=MomentType.YELLOW_CARD, score=goal.score)


def test_a_version_is_posted_before_any_calm_screen_is_ranked(rig: DispatchRig) -> None:
    # GIVEN a version for cohorts whose calm screens were never ranked
    rig.follow(*range(10))
    poster = PosterThatNotesCalls(rig)
    rig.dispatcher = replace(rig.dispatcher, poster=replace(rig.dispatcher.poster, poster=poster))
    before = rig.clock()
    # WHEN it is dispatched
    rig.dispatch()
    # THEN nobody waits for calm screens: the campaign is called for the moment alone, then all is posted
    assert poster.asked_before_post == [0]
    assert rig.asked_about_calm() == []
    assert rig.clock() == before
    assert calm_rungs(rig, 1) == ["editorial"]
    # AND the calm screens are asked for after the posts
    (task,) = rig.preparation_queue.tasks
    assert len(task.cohorts) == 2


def test_the_next_version_has_calm_screens_ranked_for_the_cohort(rig: DispatchRig) -> None:
    rig.follow(*range(10))
    goal = builders.a_moment(1)
    rig.dispatch(rig.context(goal))
    rig.prepare()
    calls = len(rig.recommender.asked)
    dispatch_to_all(rig, goal, a_card_after(goal))
    assert calm_rungs(rig, 1) == ["cohort"]
    assert rig.telemetry.counts["CalmRungCohort"] == 10
    # AND the only new calls are those for the card itself
    assert len(rig.recommender.asked) == calls + 2


def test_the_calm_screen_after_a_goal_is_ranked_before_the_goal(rig: DispatchRig) -> None:
    # GIVEN a card at 0-0, after which there was time to prepare
    rig.follow(1)
    card = builders.a_moment(4, kind=MomentType.YELLOW_CARD, score=Score())
    rig.dispatch(rig.context(card))
    rig.prepare()
    asked = len(rig.asked_about_calm())
    # WHEN a goal changes the state of the match
    rig.connections.set_last_version("turkey-italy", "c00001", 0)
    rig.dispatch(rig.context(card, builders.a_moment(5, score=Score(away=1))))
    # THEN what follows it is ranked for the cohort, without another call
    assert calm_rungs(rig, 1) == ["cohort"]
    assert len(rig.asked_about_calm()) == asked


@pytest.mark.parametrize("rate", [1, 3])
def test_a_low_rate_ranks_all_calm_screens_over_time(rig: DispatchRig, rate: int) -> None:
    # GIVEN a page of 250 viewers of 12 cohorts, and a rate of a few calls a second
    rig.follow(*range(250), teams=12)
    rig.ladder.viewer_budget = budget = BudgetPerSecond(rate)
    goal = builders.a_moment(1)
    rig.dispatch(rig.context(goal))
    # WHEN several runs have prepared, each for a few seconds
    for _ in range(30):
        rig.prepare(seconds=5)
    # THEN each cohort was ranked once in each calm context, within the rate
    assert rig.preparation_queue.tasks == []
    assert len(rig.calm_calls()) == len({(user, str(columns)) for user, columns in rig.calm_calls()})
    assert max(budget.taken.values()) <= rate
    # AND the next version has all of them
    dispatch_to_all(rig, goal, a_card_after(goal))
    assert {rung for number in range(250) for rung in calm_rungs(rig, number)} == {"cohort"}


def test_what_the_match_has_left_behind_is_not_prepared(rig: DispatchRig) -> None:
    # GIVEN a task of an earlier state
    rig.follow(1)
    rig.dispatch(rig.context(builders.a_moment(1, score=Score(home=1))))
    # WHEN it is processed two goals later
    rig.matches.contexts["turkey-italy"] = rig.context(builders.a_moment(9, score=Score(home=3)))
    rig.prepare()
    # THEN only the calm screens of the state now, and of those that may follow, are ranked
    differences = {columns["SCORE_DIFFERENCE"] for _, columns in rig.calm_calls()}
    assert differences == {"home_by_two_or_more"}


def test_a_viewer_with_own_recommendations_gets_own_calm_screens(rig: DispatchRig) -> None:
    # GIVEN a viewer who has engaged, among others of the cohort
    rig.follow(0, engaged=True)
    rig.follow(2, 4)
    goal = builders.a_moment(1)
    rig.dispatch(rig.context(goal))
    assert calm_rungs(rig, 0) == ["editorial"]
    rig.prepare()
    # WHEN the next version comes
    dispatch_to_all(rig, goal, a_card_after(goal))
    # THEN the viewer's calm screen is the viewer's own, and that of the others the cohort's
    assert calm_rungs(rig, 0) == ["viewer"]
    assert calm_rungs(rig, 2) == ["cohort"]
    assert rig.telemetry.counts["CalmRungViewer"] == 1


def test_cohorts_are_prepared_before_viewers(rig: DispatchRig) -> None:
    # GIVEN a rate of one call a second, and two seconds
    rig.follow(0, engaged=True)
    rig.follow(1)
    rig.ladder.viewer_budget = fakes.FixedBudget(1)
    rig.dispatch()
    rig.ladder.viewer_budget = BudgetPerSecond(1)
    rig.prepare(seconds=1.9)
    assert [user.startswith("cohort:") for user in rig.asked_about_calm()] == [True, True]


def test_preparation_ends_when_the_campaign_does_not_answer(rig: DispatchRig) -> None:
    rig.follow(1, 2)
    rig.recommender.ranking = ()
    rig.dispatch()
    rig.prepare()
    assert rig.preparation_queue.tasks == []


def test_a_snapshot_after_the_moment_waits_for_its_calm_screen(rig: DispatchRig) -> None:
    # GIVEN a goal whose screens have expired, and calm screens that were never ranked
    context = rig.context(builders.a_moment(1))
    rig.matches.contexts["turkey-italy"] = context
    rig.clock.now = context.media_window(rig.matches.matches["turkey-italy"]).valid_until
    # WHEN a viewer subscribes
    answer = rig.subscribe_service().subscribe("c00001", builders.a_viewer(1), SUBSCRIBE, None)
    # THEN the screen that is due is ranked for the cohort
    assert {placed["rung"] for placed in answer["afterwards"]} == {"cohort"}


def test_a_subscription_before_kick_off_prepares_the_first_half(rig: DispatchRig) -> None:
    rig.subscribe_service().subscribe("c00001", builders.a_viewer(1), SUBSCRIBE, None)
    rig.prepare()
    assert "first_half" in {columns["MATCH_PHASE"] for _, columns in rig.calm_calls()}


def test_an_environment_asks_for_the_same_screens_once(rig: DispatchRig) -> None:
    rig.follow(*range(4))
    goal = builders.a_moment(1)
    rig.dispatch(rig.context(goal))
    dispatch_to_all(rig, goal, a_card_after(goal))
    assert len(rig.preparation_queue.tasks) == 1


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
