"""In twenty-four whole matches the rules find what happened, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from domain.match import Score
from domain.match_event import MatchEvent, MatchEventType
from domain.moment import Moment, MomentType
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed
from tests.support.real_data import real_data
from tests.support.real_matches import (
    GOALS,
    MATCH_IDS,
    PERIODS,
    clock_minutes,
    goals_and_cards,
    match_rows,
    moments_of,
    of_type,
    team_of,
)

pytestmark = pytest.mark.realdata

SECOND = 0.002


@pytest.fixture(params=MATCH_IDS)
def real_match(request: pytest.FixtureRequest) -> tuple[Feed, list[Moment], dict[str, str]]:
    feed = load_feed("wyscout", real_data(f"wyscout/{request.param}.json.gz"))
    [row] = [row for row in match_rows() if row["match_id"] == request.param]
    return feed, moments_of(feed.match.id, feed.signals), row


def test_every_goal_and_card_of_the_table_is_a_moment_at_its_second_and_there_are_no_others(
    real_match: tuple[Feed, list[Moment], dict[str, str]],
) -> None:
    # GIVEN a real match and the table of its goals and cards
    feed, moments, row = real_match
    table = goals_and_cards(row["match_id"])

    # THEN goals and cards are the table's, in order, with team, player and the score after them
    found: list[tuple[Any, ...]] = [
        (
            moment.type,
            moment.penalty,
            moment.details.get("second_yellow", False),
            moment.period,
            moment.clock_seconds,
            team_of(feed, moment),
            moment.player,
            (str(moment.score.home), str(moment.score.away)) if moment.type in GOALS else ("", ""),
        )
        for moment in of_type(moments, *GOALS, MomentType.RED_CARD, MomentType.YELLOW_CARD)
    ]
    kinds = {
        "goal": (MomentType.GOAL, False, False),
        "penalty_goal": (MomentType.GOAL, True, False),
        "own_goal": (MomentType.OWN_GOAL, False, False),
        "yellow": (MomentType.YELLOW_CARD, False, False),
        "second_yellow": (MomentType.RED_CARD, False, True),
        "red": (MomentType.RED_CARD, False, False),
    }
    expected: list[tuple[Any, ...]] = [
        (
            *kinds[entry["kind"]],
            PERIODS[entry["period"]],
            pytest.approx(float(entry["event_sec"]), abs=SECOND),
            entry["team"],
            entry["player"],
            (entry["score_home"], entry["score_away"]),
        )
        for entry in sorted(
            table,
            key=lambda entry: (PERIODS[entry["period"]], float(entry["event_sec"]), kinds[entry["kind"]][0]),
        )
    ]
    assert sorted(found, key=lambda e: (e[3], e[4], e[0])) == expected


def test_goal_rushes_are_those_of_the_table_in_play_time(
    real_match: tuple[Feed, list[Moment], dict[str, str]],
) -> None:
    # GIVEN a real match, with its most goals in ten minutes of play and their times
    _, moments, row = real_match
    most = int(row["max_goals_10min"])

    # THEN three or more goals are a rush with that count and that window, and fewer are none
    rushes = of_type(moments, MomentType.GOAL_RUSH)
    assert [rush.details["count"] for rush in rushes] == list(range(3, most + 1))
    if rushes:
        details = rushes[-1].details
        start = (45 if details["window_start_period"] == 2 else 0) + float(
            details["window_start_seconds"]
        ) / 60
        end = (45 if details["window_end_period"] == 2 else 0) + float(details["window_end_seconds"]) / 60
        assert start == pytest.approx(float(row["win_from"]), abs=0.006)
        assert end == pytest.approx(float(row["win_to"]), abs=0.006)
        assert rushes[-1].clock_seconds == details["window_end_seconds"]


@pytest.mark.parametrize(
    ("column", "moment_type"),
    [("late_equaliser", MomentType.LATE_EQUALISER), ("late_winner", MomentType.LATE_WINNER)],
)
def test_late_goals_are_those_of_the_table(
    real_match: tuple[Feed, list[Moment], dict[str, str]], column: str, moment_type: MomentType
) -> None:
    _, moments, row = real_match
    found = [
        f"{clock_minutes(moment):.1f}' {moment.score.home}-{moment.score.away}"
        for moment in of_type(moments, moment_type)
    ]
    assert found == [text for text in row[column].split("; ") if text]


def test_comebacks_lead_changes_hat_tricks_and_missed_penalties_are_those_of_the_table(
    real_match: tuple[Feed, list[Moment], dict[str, str]],
) -> None:
    _, moments, row = real_match
    assert bool(of_type(moments, MomentType.COMEBACK)) == (row["comeback_from_2"] == "True")
    assert len(of_type(moments, MomentType.LEAD_CHANGE)) == int(row["lead_changes"])
    hat_tricks = [f"{moment.player} 3" for moment in of_type(moments, MomentType.HAT_TRICK)]
    assert sorted(hat_tricks) == sorted(text for text in row["hat_tricks"].split("; ") if text)
    penalties = [text for text in row["pens"].split("; ") if text]
    assert len(of_type(moments, MomentType.PENALTY_AWARDED)) == len(penalties)
    assert len(of_type(moments, MomentType.PENALTY_MISSED)) == int(row["pens_missed"])


def test_every_kick_of_the_shoot_out_is_a_moment_and_changes_no_score(
    real_match: tuple[Feed, list[Moment], dict[str, str]],
) -> None:
    _, moments, row = real_match
    kicks = [
        f"{'H' if kick.side == 'home' else 'A'}{'+' if kick.details['scored'] else '-'}"
        for kick in of_type(moments, MomentType.SHOOT_OUT_KICK)
    ]
    assert " ".join(kicks) == row["shootout"]
    assert len(of_type(moments, MomentType.SHOOT_OUT)) == (1 if kicks else 0)
    [full_time] = of_type(moments, MomentType.FULL_TIME)
    assert full_time.score.home + full_time.score.away == int(row["goals"])


def test_every_moment_is_found_once(real_match: tuple[Feed, list[Moment], dict[str, str]]) -> None:
    _, moments, _ = real_match
    ids = [moment.id for moment in moments]
    assert len(ids) == len(set(ids))


def test_a_score_correction_makes_up_for_a_goal_that_the_feed_misses() -> None:
    # GIVEN the match whose only goal is missing from its feed
    feed = load_feed("wyscout", real_data("wyscout/2499781.json.gz"))
    *signals, period_end, match_end = feed.signals

    last = signals[-1].match_event
    assert last is not None

    # WHEN the feed states the score before the final whistle
    stated = replace(
        signals[-1],
        id="stated",
        match_event=MatchEvent(
            id="stated",
            type=MatchEventType.SCORE_CORRECTION,
            period=2,
            clock_seconds=last.clock_seconds,
            score=Score(home=0, away=1),
        ),
    )
    moments = moments_of(feed.match.id, [*signals, stated, period_end, match_end])

    # THEN the match ends with that score, and no goal is added
    [corrected] = of_type(moments, MomentType.SCORE_CORRECTED)
    [full_time] = of_type(moments, MomentType.FULL_TIME)
    assert corrected.score == full_time.score == Score(home=0, away=1)
    assert of_type(moments, *GOALS, MomentType.LATE_WINNER) == []
