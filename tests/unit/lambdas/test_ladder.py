"""The ladder: every rung, and a metric for each step down."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import boto3
import pytest

from domain.placement import Rung
from domain.recommendation import Recommendation, Refusal
from lambdas.adapters.dynamo_recommendations import DynamoRecommendationCache
from lambdas.logic.ladder import SCREENS_KEPT_FOR
from lambdas.logic.shared_recommendations import MOMENT_KEPT_FOR
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig
from tests.support.waiting import eventually


class SlowRecommender(fakes.ScriptedRecommender):
    def __init__(self, rig: DispatchRig, seconds: float) -> None:
        super().__init__(*rig.recommender.ranking)
        self._sleep, self._seconds = rig.clock.sleep, seconds

    def recommend(
        self, user_id: str, columns: Mapping[str, str], count: int
    ) -> tuple[tuple[str, ...], str | None] | Refusal:
        self._sleep(self._seconds)
        return super().recommend(user_id, columns, count)


class CacheOfTwoWorkers(fakes.InMemoryRecommendationCache):
    """Counts what is read; after the first reading another worker claims an owner."""

    def __init__(self, claimed_by_other: str) -> None:
        super().__init__()
        self.reads: list[int] = []
        self._claimed_by_other = claimed_by_other

    def find_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation | None]:
        found = super().find_recommendations(match_id, cell, owners, now)
        self.reads.append(len(owners))
        self.rows[match_id, cell, self._claimed_by_other] = None
        return found


def rung_seen_by(rig: DispatchRig, number: int = 1) -> str:
    rig.follow(number)
    rig.dispatch()
    (message,) = rig.inbox(number)
    assert {placement["rung"] for placement in message["placements"]} <= {message["rung"]}
    return str(message["rung"])


def test_the_viewer_rung_is_used_within_the_rate(rig: DispatchRig) -> None:
    rig.ladder.per_viewer = True
    assert rung_seen_by(rig) == "viewer"
    assert "viewer-1" in rig.recommender.asked
    assert rig.telemetry.counts["RungViewer"] == 1


def test_viewers_beyond_the_rate_get_their_cohorts_recommendation(rig: DispatchRig) -> None:
    # GIVEN a rate for the cohort and one viewer
    rig.ladder.per_viewer = True
    rig.budget.left = 2
    rig.follow(2, 4, 6)
    rig.dispatch()
    rungs = sorted(rig.inbox(number)[0]["rung"] for number in (2, 4, 6))
    assert rungs == ["cohort", "cohort", "viewer"]


def test_viewers_beyond_the_timeout_get_their_cohorts_recommendation(rig: DispatchRig) -> None:
    # GIVEN a campaign that takes a fifth of a second per call
    rig.ladder.per_viewer = True
    rig.ladder.recommender = SlowRecommender(rig, seconds=0.2)
    viewers = [f"viewer-{number}" for number in range(200)]
    answered = rig.ladder.for_viewers(rig.context(), viewers)
    # THEN only the first viewers get an answer in time
    assert 1 <= len(answered) < 50


def test_all_screens_of_a_viewer_get_one_recommendation(rig: DispatchRig) -> None:
    # GIVEN a rate for two viewers, and a viewer on a screen of each of two shards, among others
    rig.ladder.viewer_budget = budget = fakes.FixedBudget(2)
    others = [f"viewer-{number}" for number in range(5)]
    # WHEN each shard asks for its viewers
    first, second = (
        rig.ladder.for_viewers(rig.context(), viewers, on_several_screens={"both"})
        for viewers in ([*others, "both"], ["viewer-9", "both"])
    )
    # THEN the campaign is called once for this viewer, before the rate is used up, and both screens get it
    assert sorted(rig.recommender.asked) == ["both", "viewer-0"]
    assert first["both"] == second["both"]
    assert first["both"].rung is Rung.VIEWER
    assert (list(first), list(second), budget.left) == (["both", "viewer-0"], ["both"], 0)


def test_viewers_on_several_screens_wait_no_longer_than_others_do(rig: DispatchRig) -> None:
    # GIVEN a campaign that takes a fifth of a second per call, and many viewers with a second screen
    rig.ladder.recommender = SlowRecommender(rig, seconds=0.2)
    viewers = [f"viewer-{number}" for number in range(200)]
    answered = rig.ladder.for_viewers(rig.context(), viewers, on_several_screens=set(viewers))
    # THEN only the first viewers get an answer in time, and the table is not asked for the others
    assert 1 <= len(answered) < 100
    assert len(rig.cache.rows) < 100


def test_a_viewer_whom_the_rate_leaves_out_is_left_out_on_all_screens(rig: DispatchRig) -> None:
    # GIVEN a rate that is used up when the first shard asks, and is there again for the second
    for left in (0, 5):
        rig.ladder.viewer_budget = fakes.FixedBudget(left)
        assert rig.ladder.for_viewers(rig.context(), ["both"], on_several_screens={"both"}) == {}
    assert rig.recommender.asked == []


def test_screens_of_a_viewer_share_a_recommendation_for_one_version_only(
    rig: DispatchRig, resources: dict[str, str]
) -> None:
    rig.ladder.shared = replace(
        rig.ladder.shared, cache=DynamoRecommendationCache(boto3.client("dynamodb"), "connections")
    )
    for _ in range(2):
        rig.ladder.for_viewers(rig.context(), ["both"], on_several_screens={"both"})
        rig.clock.sleep(SCREENS_KEPT_FOR.total_seconds() + 1)
    assert rig.recommender.asked == ["both", "both"]


def test_an_engaged_viewer_gets_a_recommendation_of_their_own(rig: DispatchRig) -> None:
    # GIVEN two viewers of one cohort, one of whom is engaged
    rig.follow(2)
    rig.follow(4, engaged=True)
    rig.dispatch()
    # THEN the engaged viewer has their own recommendation, the other one the cohort's
    assert [rig.inbox(number)[0]["rung"] for number in (2, 4)] == ["cohort", "viewer"]
    assert rig.recommender.asked[-1] == "viewer-4"


def test_other_viewers_do_not_wait_for_engaged_ones(rig: DispatchRig) -> None:
    rig.follow(2, engaged=True)
    rig.follow(4)
    rig.dispatch()
    assert list(rig.poster.inboxes) == ["c00004", "c00002"]


def test_the_cohort_rung_calls_the_campaign_for_the_pseudo_user(rig: DispatchRig) -> None:
    assert rung_seen_by(rig) == "cohort"
    assert rig.asked_about_moments() == ["cohort:team-1|25-34|IT|premium"]
    assert rig.recommender.columns[0]["MATCH_EVENT"] == "goal"


@pytest.mark.parametrize("refusal", list(Refusal))
@pytest.mark.parametrize(
    "key", ["goal/away_by_one/first_half/even/group@home_ground", "goal/away_by_one", "ALL"]
)
def test_the_popularity_rung_backs_off_to_fewer_columns(rig: DispatchRig, refusal: Refusal, key: str) -> None:
    rig.recommender.refusal = refusal
    rig.catalogue.popular = {key: ("stats",)}
    assert rung_seen_by(rig) == "popularity"
    assert rig.inbox(1)[0]["placements"][0]["componentId"] == "stats"


def test_the_editorial_rung_is_in_editorial_order(rig: DispatchRig) -> None:
    rig.recommender.refusal = Refusal.MISSING
    assert rung_seen_by(rig) == "editorial"
    assert [placed["componentId"] for placed in rig.inbox(1)[0]["placements"]] == ["stats", "poll"]


def test_the_keep_rung_is_used_when_nothing_can_be_placed(rig: DispatchRig) -> None:
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
def test_each_refusal_is_counted(rig: DispatchRig, refusal: Refusal, metric: str) -> None:
    rig.recommender.refusal = refusal
    rung_seen_by(rig)
    assert rig.telemetry.counts[metric] >= 1
    assert rig.telemetry.counts["RungEditorial"] == 1


def test_a_missing_campaign_is_called_again_after_a_pause(rig: DispatchRig) -> None:
    rig.recommender.refusal = Refusal.MISSING
    context = rig.context()
    cohort = builders.a_viewer().cohort
    rig.ladder.for_cohorts(context, [cohort])
    rig.ladder.for_cohorts(context, [cohort])
    assert len(rig.recommender.asked) == 1
    # WHEN the campaign exists half a minute later
    rig.recommender.refusal = None
    rig.clock.now += timedelta(seconds=31)
    assert rig.ladder.for_cohorts(context, [cohort])[cohort].rung.value == "cohort"


def test_a_missing_campaign_is_called_once_for_all_cohorts(rig: DispatchRig) -> None:
    rig.recommender.refusal = Refusal.MISSING
    context = rig.context()
    cohorts = [replace(builders.a_viewer().cohort, country=country) for country in ("IT", "TR", "FR", "DE")]
    rungs = {answer.rung.value for answer in rig.ladder.for_cohorts(context, cohorts).values()}
    assert rungs == {"editorial"}
    assert len(rig.recommender.asked) == 1
    # AND once again if it is still missing after the pause
    rig.clock.now += timedelta(seconds=31)
    rig.ladder.for_cohorts(context, cohorts)
    assert len(rig.recommender.asked) == 2
    # AND for all cohorts as soon as it exists
    rig.recommender.refusal = None
    rig.clock.now += timedelta(seconds=31)
    rig.ladder.for_cohorts(context, cohorts)
    assert len(rig.recommender.asked) == 2 + len(cohorts)


def test_another_shards_recommendation_is_reused(rig: DispatchRig) -> None:
    context, cohort = rig.context(), builders.a_viewer().cohort
    answer = Recommendation(component_ids=("poll",), rung=Rung.COHORT, recommendation_id="r")
    rig.cache.store_recommendations(
        context.match_id, context.cell, {cohort.key: answer}, rig.clock(), kept_for=MOMENT_KEPT_FOR
    )
    assert rig.ladder.for_cohorts(context, [cohort]) == {cohort: answer}
    assert rig.recommender.asked == []
    assert rig.telemetry.counts["CacheHits"] == 1


def test_an_answer_does_not_wait_to_be_stored_for_a_slower_call(rig: DispatchRig) -> None:
    context = rig.context()
    slow, *others = (builders.a_viewer(team=f"team-{number}").cohort.key for number in range(3))
    answer = Recommendation(component_ids=("poll",), rung=Rung.COHORT, recommendation_id="r")

    def stored(owner: str) -> bool:
        return rig.cache.rows.get((context.match_id, context.cell, owner)) is not None

    def recommend(owner: str, _give_up_at: datetime) -> Recommendation:
        if owner == slow:
            eventually(lambda: all(map(stored, others)), "the other answers are stored")
        return answer

    found = rig.ladder.shared.find(context, [slow, *others], recommend, rig.clock())
    assert found == dict.fromkeys([slow, *others], answer)


def test_an_exhausted_rate_steps_down_after_the_timeout(rig: DispatchRig) -> None:
    rig.budget.left = 0
    rig.ladder.viewer_budget = fakes.FixedBudget(0)
    assert rung_seen_by(rig) == "editorial"
    assert rig.recommender.asked == []
    assert rig.telemetry.counts["BudgetExhausted"] == 1


def test_an_abandoned_claim_does_not_block(rig: DispatchRig) -> None:
    # GIVEN a claim of another shard that never stored a recommendation
    context, cohort = rig.context(), builders.a_viewer().cohort
    rig.cache.rows[context.match_id, context.cell, cohort.key] = None
    answer = rig.ladder.for_cohorts(context, [cohort])[cohort]
    assert answer.rung.value == "editorial"


def test_a_worker_claims_one_batch_after_another_before_it_reads_again(rig: DispatchRig) -> None:
    # GIVEN a campaign that answers, many cohorts, and another worker who claims one of them after the reading
    context = rig.context()
    rig.ladder.for_cohorts(context, [builders.a_viewer(0, team="first").cohort])
    rig.recommender.asked.clear()
    cohorts = [builders.a_viewer(number, team=f"team-{number}").cohort for number in range(40)]
    cache = CacheOfTwoWorkers(claimed_by_other=cohorts[7].key)
    rig.ladder.shared = replace(rig.ladder.shared, cache=cache)
    answers = rig.ladder.for_cohorts(context, cohorts)
    # THEN the others are claimed without another reading, and only that one is looked for again
    assert cache.reads[0] == 40
    assert set(cache.reads[1:]) == {1}
    assert sorted(rig.recommender.asked) == sorted(
        cohort.pseudo_user_id for cohort in cohorts if cohort != cohorts[7]
    )
    assert {answer.rung.value for cohort, answer in answers.items() if cohort != cohorts[7]} == {"cohort"}


def test_unknown_items_of_the_campaign_are_skipped(rig: DispatchRig) -> None:
    rig.recommender.ranking = ("withdrawn", "stats")
    assert rung_seen_by(rig) == "cohort"
    assert [placed["componentId"] for placed in rig.inbox(1)[0]["placements"]] == ["stats"]
