"""A score may be stated before its goal, or for a goal that never comes; each goal counts once."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from domain.match import Score, Side
from domain.match_event import MatchEventType
from domain.moment import MomentType
from domain.signal import Signal
from tests.support.detection_run import Run, detect
from tests.support.feed_entries import AWAY, HOME, entry, goal, half_time

M, T = MatchEventType, MomentType
KICK_OFF = entry(M.PERIOD_START, 1, 0, "kick-off")


def stated(minute: float, home: int, away: int) -> Signal:
    """Return a statement of the score."""
    return entry(M.SCORE_CORRECTION, 1, minute, score=Score(home=home, away=away))


def scored(minute: float, side: Side = HOME, entry_id: str = "g") -> Signal:
    """Return a goal."""
    return entry(M.GOAL, 1, minute, entry_id=entry_id, side=side, player="Ada")


def cancelled(minute: float, entry_id: str = "g") -> Signal:
    """Return a cancellation."""
    return entry(M.GOAL_CANCELLED, 1, minute, related_id=entry_id)


def in_any_order(signals: Sequence[Signal]) -> list[Run]:
    """Return a run for each order of arrival."""
    return [detect([KICK_OFF, *order, half_time(45)]) for order in permutations(signals)]


@pytest.mark.parametrize("minute", [20, 20.5, 21, 24])
def test_a_goal_soon_after_a_statement_explains_it(minute: float) -> None:
    # GIVEN a score that is stated at 20:30, and a goal whose clock may be rounded up
    for run in in_any_order([stated(20.5, 1, 0), scored(minute)]):
        assert run.context.score == Score(home=1)
        found = [moment.type for moment in run.standing]
        assert found.count(T.GOAL) == 1
        assert T.SCORE_CORRECTED not in found


def test_the_score_is_on_the_screens_before_its_goal_comes() -> None:
    before = detect([KICK_OFF, stated(20.5, 1, 0)]).context
    assert before.score == Score(home=1)
    after = detect([KICK_OFF, stated(20.5, 1, 0), entry(M.SUBSTITUTION, 1, 20.7, side=AWAY), scored(21)])
    scores = [context.score for context in after.contexts]
    assert scores == sorted(scores)
    assert after.context.score == Score(home=1)


def test_a_further_goal_counts() -> None:
    for run in in_any_order([stated(20.5, 1, 0), scored(20), scored(22, entry_id="second")]):
        assert run.context.score == Score(home=2)


def test_a_goal_long_after_an_unexplained_statement_counts() -> None:
    for run in in_any_order([stated(20.5, 1, 0), scored(26)]):
        assert run.context.score == Score(home=2)


def test_a_goal_of_the_other_side_explains_nothing() -> None:
    for run in in_any_order([stated(20.5, 1, 0), scored(21, AWAY)]):
        assert run.context.score == Score(home=1, away=1)


def test_a_statement_that_repeats_is_explained_by_one_goal() -> None:
    for run in in_any_order([stated(20.5, 1, 0), stated(20.8, 1, 0), scored(21)]):
        assert run.context.score == Score(home=1)


def test_two_goals_explain_a_statement_of_two() -> None:
    for run in in_any_order([stated(20.5, 2, 0), scored(20), scored(21, entry_id="second")]):
        assert run.context.score == Score(home=2)


def test_a_statement_for_a_goal_that_never_comes_stands() -> None:
    for run in in_any_order([stated(20.5, 1, 0), scored(30, AWAY)]):
        assert run.context.score == Score(home=1, away=1)
        assert T.SCORE_CORRECTED in {moment.type for moment in run.standing}


def test_a_goal_cancelled_after_it_was_stated_is_taken_back() -> None:
    for run in in_any_order([scored(20), stated(20.5, 1, 0), cancelled(22)]):
        assert run.context.score == Score()


def test_a_goal_that_explained_a_statement_is_taken_back_with_it() -> None:
    for run in in_any_order([stated(20.5, 1, 0), scored(21), cancelled(23)]):
        assert run.context.score == Score()


def test_a_goal_amended_to_the_other_side_after_it_was_stated_changes_side() -> None:
    amended = entry(M.GOAL, 1, 20, entry_id="g", side=AWAY, player="Ada", sent_minute=23)
    run = detect([KICK_OFF, scored(20), stated(20.5, 1, 0), amended])
    assert run.context.score == Score(away=1)


def test_a_goal_given_again_after_a_statement_without_it_counts() -> None:
    again = entry(M.GOAL, 1, 20, entry_id="g", side=HOME, player="Ada", sent_minute=23)
    run = detect([KICK_OFF, scored(20), cancelled(21), stated(21.5, 0, 0), again])
    assert run.context.score == Score(home=1)


def test_a_goal_deleted_and_made_anew_after_it_was_stated_counts_once() -> None:
    deleted = entry(M.ENTRY_WITHDRAWN, 1, 22, related_id="g")
    run = detect([KICK_OFF, scored(20), stated(20.5, 1, 0), deleted, scored(20, entry_id="anew")])
    assert run.context.score == Score(home=1)


def test_a_statement_that_is_withdrawn_counts_no_more() -> None:
    wrong = entry(M.SCORE_CORRECTION, 1, 20.5, entry_id="s", score=Score(home=3))
    taken_back = entry(M.ENTRY_WITHDRAWN, 1, 22, related_id="s")
    for run in in_any_order([wrong, taken_back, goal(AWAY, 1, 10)]):
        assert run.context.score == Score(away=1)
