"""Moments that follow from goals: rush, equaliser, winner, comeback, hat-trick and lead change."""

from domain.match import Score
from domain.match_event import MatchEventType
from domain.moment import MomentType
from tests.support.feed_entries import (
    AWAY,
    HOME,
    clock,
    end_of_match,
    entry,
    found,
    goal,
    half_time,
)


def test_three_goals_in_exactly_ten_minutes_are_a_rush_but_not_in_a_second_more() -> None:
    inside = [goal(HOME, 1, 5), goal(AWAY, 1, 9), goal(HOME, 1, 15)]
    outside = [goal(HOME, 1, 5), goal(AWAY, 1, 9), goal(HOME, 1, 15 + 1 / 60)]

    [rush] = found(inside, MomentType.GOAL_RUSH)
    assert (rush.details["count"], rush.details["play_seconds"]) == (3, 600)
    assert rush.score == Score(home=2, away=1)
    assert found(outside, MomentType.GOAL_RUSH) == []


def test_a_rush_spans_half_time_by_play_and_not_by_the_display_clock() -> None:
    # GIVEN a first half of 49 minutes: 44:00 to 46:30 on the display are five and a half minutes of play
    within = [goal(HOME, 1, 44), goal(HOME, 1, 46), half_time(49), goal(HOME, 2, 4.5)]
    # and 46:00 to the second half's 8:00 are eleven of play, though ten would be on the display
    beyond = [goal(HOME, 1, 46), goal(HOME, 1, 47), half_time(49), goal(HOME, 2, 8)]

    [rush] = found(within, MomentType.GOAL_RUSH)
    assert rush.details["play_seconds"] == 570
    assert found(beyond, MomentType.GOAL_RUSH) == []


def test_a_rush_grows_goal_by_goal_and_a_chain_of_goals_stays_one_rush() -> None:
    growing = [goal(HOME, 1, minute) for minute in (10, 12, 14, 16)]
    chained = [goal(HOME, 1, minute) for minute in (10, 14, 18, 22, 26)]
    apart = [goal(HOME, 1, minute) for minute in (1, 2, 3, 20, 21, 22)]

    assert [rush.details["count"] for rush in found(growing, MomentType.GOAL_RUSH)] == [3, 4]
    assert len(found(chained, MomentType.GOAL_RUSH)) == 1
    assert len(found(apart, MomentType.GOAL_RUSH)) == 2


def test_a_cancelled_goal_retracts_the_rush_and_the_next_goal_completes_it_again() -> None:
    third = goal(HOME, 1, 8, signal_id="third")
    match = [
        goal(HOME, 1, 5),
        goal(HOME, 1, 6),
        third,
        entry(MatchEventType.GOAL_CANCELLED, 1, 9, related_id="e-third"),
        goal(HOME, 1, 11),
    ]
    first, retraction, second = found(match, MomentType.GOAL_RUSH)
    assert (first.clock_seconds, second.clock_seconds) == (480, 660)
    assert retraction.is_retracted
    assert retraction.root_id == first.id


def test_an_equaliser_is_late_from_the_85th_minute_on_and_in_all_of_extra_time() -> None:
    def equaliser_at(period: int, minute: float) -> list[MomentType]:
        match = [goal(HOME, 1, 3), goal(AWAY, period, minute), end_of_match(period, 49)]
        return [m.type for m in found(match, MomentType.EQUALISER, MomentType.LATE_EQUALISER)]

    assert equaliser_at(2, 39.9) == [MomentType.EQUALISER]
    assert equaliser_at(2, 40) == [MomentType.EQUALISER, MomentType.LATE_EQUALISER]
    assert equaliser_at(3, 1) == [MomentType.EQUALISER, MomentType.LATE_EQUALISER]
    assert equaliser_at(1, 48) == [MomentType.EQUALISER]


def test_a_late_winner_is_known_at_the_end_and_only_if_its_lead_stood() -> None:
    stood = [goal(HOME, 2, 44), goal(HOME, 2, 46), end_of_match()]
    lost = [goal(HOME, 2, 44), goal(AWAY, 2, 46), end_of_match()]
    early = [goal(HOME, 2, 20), goal(HOME, 2, 44), end_of_match()]

    [winner] = found(stood, MomentType.LATE_WINNER)
    assert (winner.clock_seconds, winner.score) == (44 * 60, Score(home=1, away=0))
    assert found(lost, MomentType.LATE_WINNER) == []
    assert found(early, MomentType.LATE_WINNER) == []
    assert found(stood[:-1], MomentType.LATE_WINNER) == []


def test_a_comeback_is_a_level_score_after_two_down() -> None:
    match = [goal(HOME, 1, 1), goal(HOME, 1, 20), goal(AWAY, 1, 30), goal(AWAY, 2, 2)]
    [comeback] = found(match, MomentType.COMEBACK)
    assert (comeback.side, comeback.details) == (AWAY, {"deficit": 2})
    assert found([goal(HOME, 1, 1), goal(AWAY, 2, 2)], MomentType.COMEBACK) == []


def test_a_lead_change_needs_a_lead_that_the_other_team_held_last() -> None:
    match = [goal(HOME, 1, 1), goal(AWAY, 1, 20), goal(AWAY, 1, 30), goal(HOME, 2, 2), goal(AWAY, 2, 9)]
    assert [m.clock_seconds for m in found(match, MomentType.LEAD_CHANGE)] == [30 * 60]


def test_three_goals_of_a_player_are_a_hat_trick_and_own_goals_do_not_count() -> None:
    hers = [goal(HOME, 1, minute, "Ada") for minute in (1, 20, 40)]
    own = [goal(AWAY, 1, 0.5, "Ada", own_goal=True)]

    [hat_trick] = found([*own, *hers, goal(HOME, 2, 30, "Ada")], MomentType.HAT_TRICK)
    assert (hat_trick.player, hat_trick.clock_seconds) == ("Ada", 40 * 60)
    assert found([*own, *hers[:2]], MomentType.HAT_TRICK) == []


def test_level_with_five_minutes_left_is_found_by_the_clock_alone() -> None:
    level = [goal(HOME, 1, 1), goal(AWAY, 1, 2), clock(2, 39), clock(2, 40.2)]
    led = [goal(HOME, 1, 1), clock(2, 39), clock(2, 40.2)]

    [moment] = found(level, MomentType.LEVEL_LATE)
    assert (moment.period, moment.clock_seconds, moment.score) == (2, 2400, Score(home=1, away=1))
    assert found(led, MomentType.LEVEL_LATE) == []
    assert found(level[:-1], MomentType.LEVEL_LATE) == []
