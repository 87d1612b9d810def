"""The ladder: every rung is reached, and each step down is counted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.placement import Rung
from domain.recommendation import Recommendation, Refusal
from tests import fakes
from tests.unit.lambdas.conftest import House


class SlowRecommender(fakes.ScriptedRecommender):
    def __init__(self, house: House, seconds: float) -> None:
        super().__init__(*house.recommender.ranking)
        self._sleep, self._seconds = house.clock.sleep, seconds

    def recommend(
        self, user_id: str, columns: Mapping[str, str], count: int
    ) -> tuple[tuple[str, ...], str | None] | Refusal:
        self._sleep(self._seconds)
        return super().recommend(user_id, columns, count)


def rung_seen_by(house: House, number: int = 1) -> str:
    house.follow(number)
    house.dispatch()
    (message,) = house.inbox(number)
    assert {placement["rung"] for placement in message["placements"]} <= {message["rung"]}
    return str(message["rung"])


def test_viewer_rung_while_the_budget_lasts(house: House):
    house.ladder.per_viewer = True
    assert rung_seen_by(house) == "viewer"
    assert "viewer-1" in house.recommender.asked
    assert house.telemetry.counts["RungViewer"] == 1


def test_viewers_beyond_the_budget_fall_to_their_cohort(house: House):
    # GIVEN room for the cohort and one viewer
    house.ladder.per_viewer = True
    house.budget.left = 2
    house.follow(2, 4, 6)
    house.dispatch()
    rungs = sorted(house.inbox(number)[0]["rung"] for number in (2, 4, 6))
    assert rungs == ["cohort", "cohort", "viewer"]


def test_viewers_beyond_patience_fall_to_their_cohort(house: House):
    # GIVEN a campaign that takes a fifth of a second for each
    house.ladder.per_viewer = True
    house.ladder.recommender = SlowRecommender(house, seconds=0.2)
    viewers = [f"viewer-{number}" for number in range(200)]
    answered = house.ladder.for_viewers(house.context(), viewers)
    # THEN those are left out who would have to wait for others
    assert 1 <= len(answered) < 50


def test_a_viewer_who_told_a_taste_is_asked_for_by_name(house: House):
    # GIVEN two viewers of one cohort, of whom one has clicked on something in this match
    house.follow(2)
    house.follow(4, engaged=True)
    house.dispatch()
    # THEN that one has a recommendation of their own, and the other one the cohort's
    assert [house.inbox(number)[0]["rung"] for number in (2, 4)] == ["cohort", "viewer"]
    assert house.recommender.asked[-1] == "viewer-4"


def test_nobody_waits_for_those_who_are_asked_for_by_name(house: House):
    house.follow(2, engaged=True)
    house.follow(4)
    house.dispatch()
    assert list(house.poster.inboxes) == ["c00004", "c00002"]


def test_cohort_rung(house: House):
    assert rung_seen_by(house) == "cohort"
    assert house.recommender.asked == ["cohort:team-1|25-34|IT|premium"]
    assert house.recommender.columns[0]["MATCH_EVENT"] == "goal"


@pytest.mark.parametrize("refusal", list(Refusal))
@pytest.mark.parametrize(
    "key", ["goal/away_by_one/first_half/even/group@home_ground", "goal/away_by_one", "ALL"]
)
def test_popularity_rung_backs_off_to_fewer_columns(house: House, refusal: Refusal, key: str):
    house.recommender.refusal = refusal
    house.catalogue.popular = {key: ("stats",)}
    assert rung_seen_by(house) == "popularity"
    assert house.inbox(1)[0]["placements"][0]["componentId"] == "stats"


def test_editorial_rung_in_the_editors_order(house: House):
    house.recommender.refusal = Refusal.MISSING
    assert rung_seen_by(house) == "editorial"
    assert [placed["componentId"] for placed in house.inbox(1)[0]["placements"]] == ["stats", "poll"]


def test_keep_when_there_is_nothing_to_place(house: House):
    house.catalogue.known.clear()
    assert rung_seen_by(house) == "keep"
    assert house.inbox(1)[0]["placements"] == []
    assert house.recommender.asked == []


@pytest.mark.parametrize(
    ("refusal", "metric"),
    [
        (Refusal.THROTTLED, "Throttled"),
        (Refusal.MISSING, "CampaignMissing"),
        (Refusal.FAILED, "RecommenderFailed"),
    ],
)
def test_each_refusal_is_visible_in_a_metric(house: House, refusal: Refusal, metric: str):
    house.recommender.refusal = refusal
    rung_seen_by(house)
    assert house.telemetry.counts[metric] >= 1
    assert house.telemetry.counts["RungEditorial"] == 1


def test_a_missing_campaign_is_left_alone_and_asked_again_later(house: House):
    house.recommender.refusal = Refusal.MISSING
    context = house.context()
    cohort = fakes.a_viewer().cohort
    house.ladder.for_cohorts(context, [cohort])
    house.ladder.for_cohorts(context, [cohort])
    assert len(house.recommender.asked) == 1
    # WHEN the campaign is there half a minute later
    house.recommender.refusal = None
    house.clock.now += timedelta(seconds=31)
    assert house.ladder.for_cohorts(context, [cohort])[cohort].rung.value == "cohort"


def test_a_missing_campaign_is_asked_once_however_many_cohorts_there_are(house: House):
    house.recommender.refusal = Refusal.MISSING
    context = house.context()
    cohorts = [replace(fakes.a_viewer().cohort, country=country) for country in ("IT", "TR", "FR", "DE")]
    rungs = {answer.rung.value for answer in house.ladder.for_cohorts(context, cohorts).values()}
    assert rungs == {"editorial"}
    assert len(house.recommender.asked) == 1
    # AND the same when it is still missing after the pause
    house.clock.now += timedelta(seconds=31)
    house.ladder.for_cohorts(context, cohorts)
    assert len(house.recommender.asked) == 2
    # AND all of them are asked for as soon as it is there
    house.recommender.refusal = None
    house.clock.now += timedelta(seconds=31)
    house.ladder.for_cohorts(context, cohorts)
    assert len(house.recommender.asked) == 2 + len(cohorts)


def test_what_another_shard_found_is_not_asked_for_again(house: House):
    context, cohort = house.context(), fakes.a_viewer().cohort
    answer = Recommendation(component_ids=("poll",), rung=Rung.COHORT, recommendation_id="r")
    house.cache.store_recommendation(context.match_id, context.cell, cohort.key, answer, house.clock())
    assert house.ladder.for_cohorts(context, [cohort]) == {cohort: answer}
    assert house.recommender.asked == []
    assert house.telemetry.counts["CacheHits"] == 1


def test_an_exhausted_budget_steps_down_after_patience(house: House):
    house.budget.left = 0
    assert rung_seen_by(house) == "editorial"
    assert house.recommender.asked == []
    assert house.telemetry.counts["BudgetExhausted"] == 1


def test_a_claim_of_a_dead_shard_does_not_block(house: House):
    # GIVEN another shard that claimed the recommendation and died
    context, cohort = house.context(), fakes.a_viewer().cohort
    house.cache.rows[context.match_id, context.cell, cohort.key] = None
    answer = house.ladder.for_cohorts(context, [cohort])[cohort]
    assert answer.rung.value == "editorial"


def test_unknown_items_of_the_campaign_are_passed_over(house: House):
    house.recommender.ranking = ("withdrawn", "stats")
    assert rung_seen_by(house) == "cohort"
    assert [placed["componentId"] for placed in house.inbox(1)[0]["placements"]] == ["stats"]
