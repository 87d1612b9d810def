"""Calm contexts: this state first, then those that a phase, a goal or a red card makes."""

from dataclasses import replace

import pytest

from domain.calm_contexts import calm_contexts
from domain.context import MatchContext, initial_context, merge
from domain.match import Score, Stage
from domain.moment import MomentType
from tests.support import builders

MATCH = builders.a_match()


def context_at(phase: str, score: Score) -> MatchContext:
    context = replace(initial_context(MATCH), phase=phase, score=score)
    return context.with_columns(MATCH)


def test_the_state_of_now_comes_first_without_its_headline() -> None:
    context = merge(initial_context(MATCH), MATCH, [builders.a_moment()])
    assert context is not None
    first = calm_contexts(context, MATCH)[0]
    assert first.cell == context.between_moments().cell
    assert first.headline is None


def test_a_phase_goals_and_red_cards_follow() -> None:
    columns = [each.columns for each in calm_contexts(context_at("first_half", Score()), MATCH)]
    assert [
        (each["MATCH_PHASE"], each["SCORE_DIFFERENCE"], each["TEAM_COMPOSITION"]) for each in columns
    ] == [
        ("first_half", "level", "even"),
        ("half_time", "level", "even"),
        ("first_half", "home_by_one", "even"),
        ("first_half", "away_by_one", "even"),
        ("first_half", "level", "home_short"),
        ("first_half", "level", "away_short"),
    ]
    assert {each["MATCH_EVENT"] for each in columns} == {"none"}


def test_states_in_one_cell_count_once() -> None:
    cells = [each.cell for each in calm_contexts(context_at("second_half", Score(home=4)), MATCH)]
    assert len(cells) == len(set(cells)) == 4


@pytest.mark.parametrize("phase", ["before", "half_time"])
def test_nothing_is_scored_while_no_one_plays(phase: str) -> None:
    assert len(calm_contexts(context_at(phase, Score()), MATCH)) == 2


@pytest.mark.parametrize(
    ("stage", "score", "follows"),
    [
        (Stage.FINAL, Score(), True),
        (Stage.FINAL, Score(home=1), False),
        (Stage.GROUP, Score(), False),
    ],
)
def test_extra_time_follows_where_it_can(stage: Stage, score: Score, follows: bool) -> None:
    match = replace(MATCH, stage=stage)
    phases = {
        each.columns["MATCH_PHASE"] for each in calm_contexts(context_at("last_five_minutes", score), match)
    }
    assert ("extra_time" in phases) == follows


def test_every_calm_context_is_one_that_the_match_can_reach() -> None:
    # GIVEN the context after a card at 0-0
    card = builders.a_moment(4, kind=MomentType.YELLOW_CARD, score=Score())
    context = merge(initial_context(MATCH), MATCH, [card])
    assert context is not None
    # THEN the calm context after a goal is among those prepared
    after = merge(context, MATCH, [builders.a_moment(5, score=Score(away=1))])
    assert after is not None
    assert after.between_moments().cell in {each.cell for each in calm_contexts(context, MATCH)}
