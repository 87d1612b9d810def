"""The twin's Personalize learns the tastes of the demo's world from clicks alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from domain.cohort import Cohort
from domain.match import Player, Side
from domain.registry import CONTEXT_REGISTRY
from local.study.simulator.clickstream import simulate
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
ITALIAN = Cohort(favourite_team="Italy", age_band="25-34", country="IT", tier="premium")
TURK = Cohort(favourite_team="Turkey", age_band="18-24", country="TR", tier="free")
BOY = Cohort(favourite_team="Italy", age_band="13-17", country="IT", tier="free")
NEUTRAL = Cohort(age_band="35-54", country="GB", tier="premium")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedOnTastes:
    """A campaign that was trained on the clickstream of the demo's world."""

    twin: PersonalizeTwin
    campaign: str

    def ranking(self, cohort: Cohort, columns: dict[str, str], *components: str) -> list[str]:
        """Return these components as the campaign ranks them for a cohort."""
        answer = self.twin.clients.runtime.get_recommendations(
            campaignArn=self.campaign, userId=cohort.pseudo_user_id, context=columns, numResults=100
        )
        return [item["itemId"] for item in answer["itemList"] if item["itemId"] in components]

    def first(self, cohort: Cohort, columns: dict[str, str], *components: str) -> str:
        """Return the best of these components for a cohort."""
        return self.ranking(cohort, columns, *components)[0]


@pytest.fixture(scope="module")
def trained() -> Iterator[TrainedOnTastes]:
    world = make_demo_world(replace(a_match(), line_ups=LINE_UPS), seed=7, viewers=1000, held_out=0)
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
    card, keeper = "player-card-scorer", "player-card-keeper"
    others = ("poll-next-goal", "chat-friends", "chat-supporters", "quiz-history")
    assert trained.ranking(ITALIAN, GOAL_OF_ITALY, card, keeper) == [card, keeper]
    assert (
        trained.first(ITALIAN, GOAL_OF_ITALY, "poll-celebration", "shirt-away", *others) == "poll-celebration"
    )
    assert trained.first(TURK, GOAL_OF_ITALY, "chat-consolation", "shirt-home", *others) == "chat-consolation"


def test_food_comes_at_the_break(trained: TrainedOnTastes) -> None:
    overlays = ("food-pizza", "quiz-rules", "prediction-next-goal")
    assert trained.first(ITALIAN, HALF_TIME, *overlays) == "food-pizza"
    snacks, numbers = "food-snacks", "win-probability"
    assert trained.ranking(ITALIAN, CALM, snacks, numbers) == [numbers, snacks]


def test_the_young_get_a_quiz_and_the_older_neutral_the_experts(trained: TrainedOnTastes) -> None:
    quiz, poll, fans, experts = "quiz-history", "poll-next-goal", "feed-fans", "feed-experts"
    assert trained.ranking(BOY, CALM, quiz, poll) == [quiz, poll]
    assert trained.ranking(NEUTRAL, CALM, quiz, poll) == [poll, quiz]
    assert trained.ranking(NEUTRAL, CALM, fans, experts) == [experts, fans]
    assert trained.ranking(BOY, CALM, fans, experts) == [fans, experts]


def test_the_winner_buys_a_shirt_and_the_loser_wants_company(trained: TrainedOnTastes) -> None:
    quiz, room = "quiz-history", "chat-supporters"
    assert trained.ranking(ITALIAN, FINISHED, "shirt-away", quiz) == ["shirt-away", quiz]
    assert trained.ranking(TURK, FINISHED, "shirt-home", quiz, room) == [room, quiz, "shirt-home"]
