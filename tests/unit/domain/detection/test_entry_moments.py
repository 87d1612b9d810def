"""The moments of single entries, and the effect of corrections."""

from typing import Any

import pytest

from domain.match import Score
from domain.match_event import Card, MatchEventType
from domain.moment import MomentType
from tests.support.feed_entries import AWAY, HOME, end_of_match, entry, found, goal, moments_of


@pytest.mark.parametrize(
    ("event_type", "period", "fields", "moment_type"),
    [
        (MatchEventType.PERIOD_START, 1, {}, MomentType.KICK_OFF),
        (MatchEventType.PERIOD_END, 1, {}, MomentType.HALF_TIME),
        (MatchEventType.PERIOD_START, 3, {}, MomentType.EXTRA_TIME),
        (MatchEventType.PERIOD_START, 5, {}, MomentType.SHOOT_OUT),
        (MatchEventType.MATCH_END, 2, {}, MomentType.FULL_TIME),
        (MatchEventType.GOAL, 1, {"side": HOME}, MomentType.GOAL),
        (MatchEventType.GOAL, 1, {"side": HOME, "own_goal": True}, MomentType.OWN_GOAL),
        (MatchEventType.PENALTY_AWARDED, 1, {"side": HOME}, MomentType.PENALTY_AWARDED),
        (MatchEventType.PENALTY_MISSED, 1, {"side": HOME}, MomentType.PENALTY_MISSED),
        (MatchEventType.CARD, 1, {"side": HOME, "card": Card.YELLOW}, MomentType.YELLOW_CARD),
        (MatchEventType.CARD, 1, {"side": HOME, "card": Card.SECOND_YELLOW}, MomentType.RED_CARD),
        (MatchEventType.CARD, 1, {"side": HOME, "card": Card.RED}, MomentType.RED_CARD),
        (MatchEventType.SUBSTITUTION, 1, {"side": HOME}, MomentType.SUBSTITUTION),
        (MatchEventType.INJURY_STOPPAGE, 1, {}, MomentType.INJURY),
    ],
)
def test_an_entry_makes_its_moment(
    event_type: MatchEventType, period: int, fields: dict[str, Any], moment_type: MomentType
) -> None:
    signal = entry(event_type, period, 3, **fields)
    [moment] = moments_of([signal])
    assert (moment.type, moment.id) == (moment_type, moment.id)
    assert moment.id.startswith(f"m:{moment_type}:")
    assert (moment.period, moment.clock_seconds) == (period, 180)


def test_a_scored_penalty_is_a_goal_with_the_penalty_flag() -> None:
    [moment] = found([goal(HOME, 1, 3, penalty=True)], MomentType.GOAL)
    assert moment.penalty


def test_kicks_of_the_shoot_out_are_not_goals_even_if_the_provider_calls_them_so() -> None:
    match = [
        goal(HOME, 1, 1),
        goal(AWAY, 1, 2),
        entry(MatchEventType.SHOOT_OUT_KICK, 5, 1, side=HOME, scored=True),
        goal(AWAY, 5, 2),
        entry(MatchEventType.PENALTY_MISSED, 5, 3, side=HOME),
    ]
    kicks = found(match, MomentType.SHOOT_OUT_KICK)
    assert [(k.details["kicks_home"], k.details["kicks_away"]) for k in kicks] == [(1, 0), (1, 1), (1, 1)]
    assert {kick.score for kick in kicks} == {Score(home=1, away=1)}
    assert len(found(match, MomentType.GOAL)) == 2


def test_a_player_is_sent_off_once_and_later_moments_carry_the_count() -> None:
    match = [
        entry(MatchEventType.CARD, 1, 5, side=AWAY, player="Bo", card=Card.SECOND_YELLOW),
        entry(MatchEventType.CARD, 1, 5.1, side=AWAY, player="Bo", card=Card.RED),
        goal(HOME, 1, 9),
    ]
    assert len(found(match, MomentType.RED_CARD)) == 1
    [scored] = found(match, MomentType.GOAL)
    assert (scored.home_sent_off, scored.away_sent_off) == (0, 1)


def test_a_cancelled_goal_makes_a_moment_with_the_score_after_it_and_no_longer_counts() -> None:
    match = [
        goal(HOME, 1, 5, signal_id="first"),
        goal(HOME, 1, 20, signal_id="second"),
        entry(MatchEventType.GOAL_CANCELLED, 1, 21, related_id="e-second"),
        entry(MatchEventType.GOAL_CANCELLED, 1, 21.5, related_id="e-second"),
        goal(AWAY, 2, 41),
    ]
    [disallowed] = found(match, MomentType.GOAL_DISALLOWED)
    assert (disallowed.score, disallowed.side) == (Score(home=1, away=0), HOME)
    assert found(match, MomentType.LATE_EQUALISER)[0].score == Score(home=1, away=1)


def test_a_changed_scorer_is_published_as_a_revision_and_may_complete_a_hat_trick() -> None:
    match = [
        goal(HOME, 1, 5, "Ada"),
        goal(HOME, 1, 20, "Ada"),
        goal(HOME, 1, 40, "Bea", signal_id="third"),
        entry(MatchEventType.SCORER_CHANGED, 1, 43, related_id="e-third", player="Ada"),
    ]
    goals = found(match, MomentType.GOAL)
    assert (goals[-1].id, goals[-1].player) == ("m:GOAL:e-third~1", "Ada")
    assert goals[-1].details["revises"] == "m:GOAL:e-third"
    [hat_trick] = found(match, MomentType.HAT_TRICK)
    assert (hat_trick.player, hat_trick.clock_seconds) == ("Ada", 43 * 60)


def test_a_stated_score_replaces_the_counted_one_and_later_goals_build_on_it() -> None:
    match = [
        entry(MatchEventType.SCORE_CORRECTION, 2, 30, score=Score(home=0, away=1)),
        entry(MatchEventType.SCORE_CORRECTION, 2, 31, score=Score(home=0, away=1)),
        goal(HOME, 2, 41),
        end_of_match(),
    ]
    assert [m.score for m in found(match, MomentType.SCORE_CORRECTED)] == [Score(home=0, away=1)]
    assert found(match, MomentType.FULL_TIME)[0].score == Score(home=1, away=1)
    assert len(found(match, MomentType.LATE_EQUALISER)) == 1


def test_repeated_whistles_and_stoppages_are_one_moment() -> None:
    match = [
        entry(MatchEventType.PERIOD_START, 1, 0),
        entry(MatchEventType.PERIOD_START, 1, 0),
        entry(MatchEventType.INJURY_STOPPAGE, 1, 4, side=HOME),
        entry(MatchEventType.INJURY_STOPPAGE, 1, 4.1, side=AWAY),
        entry(MatchEventType.INJURY_STOPPAGE, 1, 9, side=AWAY),
    ]
    assert [m.type for m in moments_of(match)] == [MomentType.KICK_OFF, MomentType.INJURY, MomentType.INJURY]
