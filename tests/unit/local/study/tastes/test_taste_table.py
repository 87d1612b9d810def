"""The table of tastes: what it may contain, and what it says of viewers whom everybody knows."""

import json
from typing import Any

import pytest

from domain.cohort import AGE_BANDS, UNKNOWN, Cohort
from domain.component import Component
from domain.errors import InvalidFieldError
from domain.match import Score, Side
from domain.match_facts import MatchFacts
from domain.moment import MomentType
from domain.registry import MATCH_EVENT
from local.study.simulator.world import read_components
from local.study.tastes.circumstances import Circumstances
from local.study.tastes.taste_table import TASTES_FILE, TasteTable, default_table
from tests.support.builders import a_match, a_moment

TEAMS = ("Turkey", "Italy")
GOAL_OF_ITALY = Circumstances(teams=TEAMS, event="goal", phase="second_half", acting="Italy", leading="Italy")
CALM = Circumstances(teams=TEAMS, event="none", phase="first_half", acting=None, leading=None)
HALF_TIME = Circumstances(teams=TEAMS, event="break", phase="half_time", acting=None, leading=None)
COMPONENTS = {component.id: component for component in read_components()}


def document() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(TASTES_FILE.read_text())
    return value


def probability(
    component: Component | str,
    circumstances: Circumstances,
    *,
    team: str = "Italy",
    age: str = "25-34",
    interest: str = "team",
) -> float:
    component = COMPONENTS[component] if isinstance(component, str) else component
    return default_table().probability(
        component.id,
        component.type,
        interest=interest,
        cohort=Cohort(favourite_team=team, age_band=age),
        circumstances=circumstances,
    )


def test_every_component_of_the_default_catalogue_has_a_place_in_the_table() -> None:
    assert set(default_table().usual) == set(COMPONENTS)


def test_tastes_name_only_components_and_types_of_the_default_catalogue() -> None:
    known = {name for component in COMPONENTS.values() for name in (component.id, component.type)}
    named = {name for taste in default_table().tastes for name in taste.components | taste.types}
    assert named <= known


def test_every_word_of_the_context_has_a_taste_of_its_own() -> None:
    # GIVEN the words of the context but full time, which the phase describes as well
    words = set(MATCH_EVENT.vocabulary) - {"full_time", "break"}
    # THEN somebody's taste depends on each
    assert words <= {word for taste in default_table().tastes for word in taste.events}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"events": ["corner_kick"]}, "events"),
        ({"phases": ["third_half"]}, "phases"),
        ({"age_bands": ["12-13"]}, "age_bands"),
        ({"interests": ["golf"]}, "interests"),
        ({"side": "referee"}, "side"),
        ({"times": -1}, "times"),
        ({"because": ""}, "because"),
        ({"moment": ["goal"]}, "moment"),
    ],
)
def test_a_taste_with_an_unknown_word_or_number_is_refused_by_name(
    change: dict[str, Any], field: str
) -> None:
    wrong = document()
    wrong["tastes"][3] |= change
    with pytest.raises(InvalidFieldError) as caught:
        TasteTable.from_dict(wrong)
    assert caught.value.field == f"tastes[3].{field}"


def test_a_taste_about_nothing_is_refused() -> None:
    wrong = document()
    wrong["tastes"][0] = {"because": "No reason.", "times": 2}
    with pytest.raises(InvalidFieldError, match="components or types"):
        TasteTable.from_dict(wrong)


def test_a_probability_out_of_bounds_is_refused() -> None:
    wrong = document()
    wrong["components"][0]["probability"] = 1.2
    with pytest.raises(InvalidFieldError, match=r"components\[0\].probability"):
        TasteTable.from_dict(wrong)


def test_shares_of_interests_that_do_not_add_up_are_refused() -> None:
    wrong = document()
    wrong["interests"][0]["shares"]["18-24"] += 0.1
    with pytest.raises(InvalidFieldError, match=r"interests\.18-24"):
        TasteTable.from_dict(wrong)


def test_every_probability_is_one() -> None:
    for component in COMPONENTS.values():
        for age in AGE_BANDS:
            for circumstances in (GOAL_OF_ITALY, CALM, HALF_TIME):
                assert 0 < probability(component, circumstances, age=age) < 1


def test_the_scoring_side_likes_its_scorer_and_the_other_side_does_not() -> None:
    card = "player-card-scorer"
    scoring, conceding = (probability(card, GOAL_OF_ITALY, team=team) for team in ("Italy", "Turkey"))
    neutral = probability(card, GOAL_OF_ITALY, team=UNKNOWN, interest="statistics")
    assert scoring > neutral > 3 * conceding


def test_a_fan_of_statistics_likes_numbers_more_and_chat_less() -> None:
    statistics, friends = "statistics", "friends"
    card, chat = "win-probability", "chat-friends"
    assert probability(card, CALM, interest=statistics) > probability(card, CALM, interest=friends)
    assert probability(chat, CALM, interest=statistics) < probability(chat, CALM, interest=friends)


def test_the_young_play_and_the_break_is_for_food() -> None:
    assert probability("quiz-history", CALM, age="13-17") > 3 * probability("quiz-history", CALM, age="35-54")
    assert probability("food-snacks", HALF_TIME) > 3 * probability("food-snacks", CALM)


def test_an_unknown_component_and_an_unknown_word_get_the_usual_probability() -> None:
    table = default_table()
    unknown = Circumstances(teams=TEAMS, event="new word", phase="new phase", acting="Italy", leading=None)
    assert table.usual_probability("new-component") == table.otherwise
    usual = table.usual_probability("feed-fans")
    assert probability("feed-fans", unknown, age="25-34") == usual


def test_circumstances_of_a_message_are_those_of_the_match() -> None:
    # GIVEN the facts of a goal of the away team, and the message that the app gets
    goal = a_moment(kind=MomentType.GOAL, side=Side.AWAY)
    facts = MatchFacts(match=a_match(), phase="first_half", score=Score(away=1), headline=goal, minute=1)
    message = {
        "moment": {"type": "GOAL", "team": "Italy"},
        "score": [0, 1],
        "columns": {"MATCH_EVENT": "goal", "MATCH_PHASE": "first_half"},
    }
    # THEN both give the same circumstances
    assert Circumstances.of_message(message, TEAMS) == Circumstances.of_facts(facts)


def test_interests_are_shared_out_by_age_and_stay_the_same_for_a_viewer() -> None:
    table = default_table()
    young = Cohort(favourite_team="Italy", age_band="13-17")
    neutral = Cohort(favourite_team=UNKNOWN, age_band="13-17")
    viewers = [f"viewer-{number}" for number in range(3000)]
    interests = [table.interest_of(viewer, young, TEAMS) for viewer in viewers]
    assert interests == [table.interest_of(viewer, young, TEAMS) for viewer in viewers]
    for interest in table.interests:
        share = interests.count(interest.name) / len(viewers)
        assert share == pytest.approx(interest.shares["13-17"], abs=0.03)
    assert "team" not in {table.interest_of(viewer, neutral, TEAMS) for viewer in viewers}
