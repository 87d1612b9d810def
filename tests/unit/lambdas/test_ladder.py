"""The ladder: every rung is reached, and each step down is counted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.placement import Rung
from domain.recommendation import Recommendation, Refusal
from tests import fakes
from tests.support.dispatch_rig import DispatchRig


class SlowRecommender(fakes.ScriptedRecommender):
    def __init__(self, rig: DispatchRig, seconds: float) -> None:
        super().__init__(*rig.recommender.ranking)
        self._sleep, self._seconds = rig.clock.sleep, seconds

    def recommend(
        self, user_id: str, columns: Mapping[str, str], count: int
    ) -> tuple[tuple[str, ...], str | None] | Refusal:
        self._sleep(self._seconds)
        return super().recommend(user_id, columns, count)


def rung_seen_by(rig: DispatchRig, number: int = 1) -> str:
    rig.follow(number)
    rig.dispatch()
    (message,) = rig.inbox(number)
    assert {placement["rung"] for placement in message["placements"]} <= {message["rung"]}
    return str(message["rung"])


def test_viewer_rung_while_the_budget_lasts(rig: DispatchRig):
    rig.ladder.per_viewer = True
    assert rung_seen_by(rig) == "viewer"
    assert "viewer-1" in rig.recommender.asked
    assert rig.telemetry.counts["RungViewer"] == 1


def test_viewers_beyond_the_budget_fall_to_their_cohort(rig: DispatchRig):
    # GIVEN room for the cohort and one viewer
    rig.ladder.per_viewer = True
    rig.budget.left = 2
    rig.follow(2, 4, 6)
    rig.dispatch()
    rungs = sorted(rig.inbox(number)[0]["rung"] for number in (2, 4, 6))
    assert rungs == ["cohort", "cohort", "viewer"]


def test_viewers_beyond_patience_fall_to_their_cohort(rig: DispatchRig):
    # GIVEN a campaign that takes a fifth of a second for each
    rig.ladder.per_viewer = True
    rig.ladder.recommender = SlowRecommender(rig, seconds=0.2)
    viewers = [f"viewer-{number}" for number in range(200)]
    answered = rig.ladder.for_viewers(rig.context(), viewers)
    # THEN those are left out who would have to wait for others
    assert 1 <= len(answered) < 50


def test_a_viewer_who_told_a_taste_is_asked_for_by_name(rig: DispatchRig):
    # GIVEN two viewers of one cohort, of whom one has clicked on something in this match
    rig.follow(2)
    rig.follow(4, engaged=True)
    rig.dispatch()
    # THEN that one has a recommendation of their own, and the other one the cohort's
    assert [rig.inbox(number)[0]["rung"] for number in (2, 4)] == ["cohort", "viewer"]
    assert rig.recommender.asked[-1] == "viewer-4"


def test_nobody_waits_for_those_who_are_asked_for_by_name(rig: DispatchRig):
    rig.follow(2, engaged=True)
    rig.follow(4)
    rig.dispatch()
    assert list(rig.poster.inboxes) == ["c00004", "c00002"]


def test_cohort_rung(rig: DispatchRig):
    assert rung_seen_by(rig) == "cohort"
    assert rig.recommender.asked == ["cohort:team-1|25-34|IT|premium"]
    assert rig.recommender.columns[0]["MATCH_EVENT"] == "goal"


@pytest.mark.parametrize("refusal", list(Refusal))
@pytest.mark.parametrize(
    "key", ["goal/away_by_one/first_half/even/group@home_ground", "goal/away_by_one", "ALL"]
)
def test_popularity_rung_backs_off_to_fewer_columns(rig: DispatchRig, refusal: Refusal, key: str):
    rig.recommender.refusal = refusal
    rig.catalogue.popular = {key: ("stats",)}
    assert rung_seen_by(rig) == "popularity"
    assert rig.inbox(1)[0]["placements"][0]["componentId"] == "stats"


def test_editorial_rung_in_the_editors_order(rig: DispatchRig):
    rig.recommender.refusal = Refusal.MISSING
    assert rung_seen_by(rig) == "editorial"
    assert [placed["componentId"] for placed in rig.inbox(1)[0]["placements"]] == ["stats", "poll"]


def test_keep_when_there_is_nothing_to_place(rig: DispatchRig):
    rig.catalogue.known.clear()
    assert rung_seen_by(rig) == "keep"
    assert rig.inbox(1)[0]["placements"] == []
    assert rig.recommender.asked == []


@pytest.mark.parametrize(
    ("refusal", "metric"),
    [
        (Refusal.THROTTLED, "Throttled"),
        (Refusal.MISSING, "CampaignMissing"),
        (Refusal.FAILED, "RecommenderFailed"),
    ],
)
def test_each_refusal_is_visible_in_a_metric(rig: DispatchRig, refusal: Refusal, metric: str):
    rig.recommender.refusal = refusal
    rung_seen_by(rig)
    assert rig.telemetry.counts[metric] >= 1
    assert rig.telemetry.counts["RungEditorial"] == 1


def test_a_missing_campaign_is_left_alone_and_asked_again_later(rig: DispatchRig):
    rig.recommender.refusal = Refusal.MISSING
    context = rig.context()
    cohort = fakes.a_viewer().cohort
    rig.ladder.for_cohorts(context, [cohort])
    rig.ladder.for_cohorts(context, [cohort])
    assert len(rig.recommender.asked) == 1
    # WHEN the campaign is there half a minute later
    rig.recommender.refusal = None
    rig.clock.now += timedelta(seconds=31)
    assert rig.ladder.for_cohorts(context, [cohort])[cohort].rung.value == "cohort"


def test_a_missing_campaign_is_asked_once_however_many_cohorts_there_are(rig: DispatchRig):
    rig.recommender.refusal = Refusal.MISSING
    context = rig.context()
    cohorts = [replace(fakes.a_viewer().cohort, country=country) for country in ("IT", "TR", "FR", "DE")]
    rungs = {answer.rung.value for answer in rig.ladder.for_cohorts(context, cohorts).values()}
    assert rungs == {"editorial"}
    assert len(rig.recommender.asked) == 1
    # AND the same when it is still missing after the pause
    rig.clock.now += timedelta(seconds=31)
    rig.ladder.for_cohorts(context, cohorts)
    assert len(rig.recommender.asked) == 2
    # AND all of them are asked for as soon as it is there
    rig.recommender.refusal = None
    rig.clock.now += timedelta(seconds=31)
    rig.ladder.for_cohorts(context, cohorts)
    assert len(rig.recommender.asked) == 2 + len(cohorts)


def test_what_another_shard_found_is_not_asked_for_again(rig: DispatchRig):
    context, cohort = rig.context(), fakes.a_viewer().cohort
    answer = Recommendation(component_ids=("poll",), rung=Rung.COHORT, recommendation_id="r")
    rig.cache.store_recommendation(context.match_id, context.cell, cohort.key, answer, rig.clock())
    assert rig.ladder.for_cohorts(context, [cohort]) == {cohort: answer}
    assert rig.recommender.asked == []
    assert rig.telemetry.counts["CacheHits"] == 1


def test_an_exhausted_budget_steps_down_after_patience(rig: DispatchRig):
    rig.budget.left = 0
    assert rung_seen_by(rig) == "editorial"
    assert rig.recommender.asked == []
    assert rig.telemetry.counts["BudgetExhausted"] == 1


def test_a_claim_of_a_dead_shard_does_not_block(rig: DispatchRig):
    # GIVEN another shard that claimed the recommendation and died
    context, cohort = rig.context(), fakes.a_viewer().cohort
    rig.cache.rows[context.match_id, context.cell, cohort.key] = None
    answer = rig.ladder.for_cohorts(context, [cohort])[cohort]
    assert answer.rung.value == "editorial"


def test_unknown_items_of_the_campaign_are_passed_over(rig: DispatchRig):
    rig.recommender.ranking = ("withdrawn", "stats")
    assert rung_seen_by(rig) == "cohort"
    assert [placed["componentId"] for placed in rig.inbox(1)[0]["placements"]] == ["stats"]
