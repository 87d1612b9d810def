"""The twin's Personalize learns the tastes of the demo's world from clicks alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from domain.cohort import AGE_BANDS, TIERS, UNKNOWN, Cohort
from domain.match import Player, Side
from domain.registry import CONTEXT_REGISTRY
from local.study.simulator.clickstream import simulate
from local.study.simulator.population import COUNTRIES
from local.study.simulator.training_set import TRAITS, training_data
from local.study.tastes.demo_world import make_demo_world
from tests.support.builders import a_match
from tests.support.personalize_data import avro, category, to_csv
from tests.support.personalize_twin import PersonalizeTwin, running_personalize

INTERACTIONS = 45_000
LINE_UPS = tuple(
    Player(
        id=f"{side}-{number}", name=f"{side} {number}", side=side, position=None if number else "goalkeeper"
    )
    for side in Side
    for number in range(11)
)


def cohorts(team: str, *age_bands: str) -> list[Cohort]:
    return [
        Cohort(favourite_team=team, age_band=age_band, country=country, tier=tier)
        for age_band in age_bands or AGE_BANDS
        for country in COUNTRIES
        for tier in TIERS
    ]


ITALIANS, TURKS = cohorts("Italy"), cohorts("Turkey")
MINORS = cohorts("Italy", "13-17") + cohorts("Turkey", "13-17")
OLDER_NEUTRALS = cohorts(UNKNOWN, "35-54", "55+")
CALM = {
    "MATCH_EVENT": "none",
    "SCORE_DIFFERENCE": "level",
    "MATCH_PHASE": "first_half",
    "TEAM_COMPOSITION": "even",
    "OCCASION": "group@home_ground",
}
GOAL_OF_ITALY = CALM | {
    "MATCH_EVENT": "goal",
    "SCORE_DIFFERENCE": "away_by_one",
    "MATCH_PHASE": "second_half",
}
HALF_TIME = CALM | {"MATCH_EVENT": "break", "MATCH_PHASE": "half_time"}
FINISHED = GOAL_OF_ITALY | {"MATCH_EVENT": "full_time", "MATCH_PHASE": "finished"}


MOST, FEW = 2 / 3, 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedOnTastes:
    """A campaign that was trained on the clickstream of the demo's world."""

    twin: PersonalizeTwin
    campaign: str

    def share(self, cohorts: list[Cohort], columns: dict[str, str], best: str, *others: str) -> float:
        """Return the share of cohorts for which the campaign ranks a component before all the others."""
        firsts = [self._first(cohort, columns, (best, *others)) for cohort in cohorts]
        return firsts.count(best) / len(firsts)

    def _first(self, cohort: Cohort, columns: dict[str, str], components: tuple[str, ...]) -> str:
        answer = self.twin.clients.runtime.get_recommendations(
            campaignArn=self.campaign, userId=cohort.pseudo_user_id, context=columns, numResults=100
        )
        ranking = [str(item["itemId"]) for item in answer["itemList"]]
        return next(component for component in ranking if component in components)


@pytest.fixture(scope="module")
def trained() -> Iterator[TrainedOnTastes]:
    world = make_demo_world(replace(a_match(), line_ups=LINE_UPS), seed=7, viewers=2500, held_out=0)
    data = training_data(world, simulate(world, INTERACTIONS))
    assert data.interactions is not None
    interactions: list[dict[str, Any]] = data.interactions.to_pylist()
    users: list[dict[str, Any]] = [{"USER_ID": user, **traits} for user, traits in data.users.items()]
    items: list[dict[str, Any]] = [{"ITEM_ID": item, **fields} for item, fields in data.items.items()]
    with running_personalize(campaign_tps=100_000) as twin:
        group = twin.group("tastes")
        datasets: list[tuple[str, tuple[str, ...], list[dict[str, Any]]]] = [
            ("Interactions", CONTEXT_REGISTRY.names, interactions),
            ("Users", TRAITS, users),
            ("Items", ("COMPONENT_TYPE", "SLOT", "CATEGORIES"), items),
        ]
        for kind, columns, rows in datasets:
            dataset = twin.dataset(group, kind, schema(kind, columns), f"tastes-{kind.lower()}")
            names = [name for name in rows[0] if name != "PARTNER"]
            kept = [{name: row[name] for name in names} for row in rows]
            job = twin.load(dataset, f"tastes-{kind.lower()}", to_csv(kept))
            assert job["status"] == "ACTIVE", job
        version = twin.version(twin.solution(group, "tastes"))
        assert version["status"] == "ACTIVE", version
        campaign = twin.campaign(
            "tastes",
            version["solutionVersionArn"],
            itemExplorationConfig={"explorationWeight": "0", "explorationItemAgeCutOff": "30"},
        )
        yield TrainedOnTastes(twin=twin, campaign=campaign)


def schema(kind: str, columns: tuple[str, ...]) -> str:
    text: list[dict[str, Any]] = [{"name": name, "type": "string"} for name in REQUIRED[kind]]
    return avro(kind, [*text, *NUMBERS.get(kind, []), *(category(name) for name in columns)])


REQUIRED = {
    "Interactions": ("USER_ID", "ITEM_ID", "EVENT_TYPE"),
    "Users": ("USER_ID",),
    "Items": ("ITEM_ID",),
}
NUMBERS: dict[str, list[dict[str, Any]]] = {
    "Interactions": [
        {"name": "TIMESTAMP", "type": "long"},
        {"name": "IMPRESSION", "type": ["null", "string"]},
        {"name": "RECOMMENDATION_ID", "type": ["null", "string"]},
    ]
}


def test_a_goal_is_celebrated_by_one_side_and_talked_over_by_the_other(trained: TrainedOnTastes) -> None:
    others = ("poll-next-goal", "chat-supporters", "quiz-history", "line-ups")
    assert trained.share(ITALIANS, GOAL_OF_ITALY, "player-card-scorer", "player-card-keeper") > MOST
    assert trained.share(ITALIANS, GOAL_OF_ITALY, "poll-celebration", "shirt-away", *others) > MOST
    assert trained.share(TURKS, GOAL_OF_ITALY, "chat-consolation", "shirt-home", *others) > MOST


def test_food_comes_at_the_break(trained: TrainedOnTastes) -> None:
    snacks, numbers = "food-snacks", "win-probability"
    assert trained.share(ITALIANS, HALF_TIME, "food-pizza", "prediction-next-goal") > MOST
    at_the_break, in_calm_play = (
        trained.share(ITALIANS, columns, snacks, numbers) for columns in (HALF_TIME, CALM)
    )
    assert at_the_break > in_calm_play + 0.2


def test_the_young_get_a_quiz_and_older_neutrals_the_experts(trained: TrainedOnTastes) -> None:
    quiz, poll, fans, experts = "quiz-history", "poll-next-goal", "feed-fans", "feed-experts"
    assert trained.share(MINORS, CALM, quiz, poll) > MOST
    assert trained.share(OLDER_NEUTRALS, CALM, quiz, poll) < FEW
    assert trained.share(OLDER_NEUTRALS, CALM, experts, fans) > MOST
    assert trained.share(MINORS, CALM, experts, fans) < FEW


def test_winners_buy_shirts_and_losers_want_company(trained: TrainedOnTastes) -> None:
    quiz, room = "quiz-history", "chat-supporters"
    winners = trained.share(ITALIANS, FINISHED, "shirt-away", quiz)
    assert winners > MOST
    assert trained.share(TURKS, FINISHED, "shirt-home", quiz) < winners - 0.2
    assert trained.share(TURKS, FINISHED, room, quiz, "shirt-home") > MOST
    assert trained.share(ITALIANS, FINISHED, room, quiz, "shirt-away") < MOST
