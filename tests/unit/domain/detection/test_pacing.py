"""Moments take the screen at a pace that people can follow, the same in any order of arrival."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.detection.engine import MatchEngine
from domain.detection.screen import SHORTEST_SECONDS
from domain.match import Side
from domain.match_event import Card, MatchEventType, ShotOutcome
from domain.moment import BACKGROUND, Moment, MomentType
from domain.signal import Signal
from local.study.windows.screen_changes import PeriodPace, paces_of
from tests.support.amended_matches import properties
from tests.support.detection_run import detect, standing_contents
from tests.support.feed_entries import (
    HOME,
    all_moments_of,
    clock,
    end_of_match,
    entry,
    goal,
    half_time,
)
from tests.support.match_moments import MATCH

M, T = MatchEventType, MomentType
LONGEST_SECONDS = 360.0
KINDS: list[tuple[MatchEventType, dict[str, Any]]] = [
    (M.SHOT, {"outcome": ShotOutcome.SAVED}),
    (M.SHOT, {"outcome": ShotOutcome.WOODWORK}),
    (M.SHOT, {"outcome": ShotOutcome.BLOCKED, "big_chance": True}),
    (M.CORNER, {}),
    (M.FREE_KICK, {"x": 0.9}),
    (M.CARD, {"card": Card.YELLOW}),
    (M.CARD, {"card": Card.RED}),
    (M.SUBSTITUTION, {}),
    (M.INJURY_STOPPAGE, {}),
    (M.STOPPAGE, {}),
    (M.VAR_CHECK, {}),
    (M.GOAL, {}),
]


def kick_off(period: int) -> Signal:
    return entry(M.PERIOD_START, period, 0)


@st.composite
def lively_matches(draw: st.DrawFn) -> list[Signal]:
    """A match with any number of entries of any kind, each in a second of its own, in the order of play."""
    seconds = draw(st.sets(st.tuples(st.sampled_from([1, 2]), st.integers(1, 47 * 60 - 1)), max_size=40))
    signals = [kick_off(1), half_time(47), kick_off(2), end_of_match(2, 47)]
    for period, second in sorted(seconds):
        kind, fields = draw(st.sampled_from(KINDS))
        signals.append(entry(kind, period, second / 60, side=draw(st.sampled_from(Side)), **fields))
    return sorted(signals, key=lambda signal: signal.occurred_at)


def moments_of(signals: list[Signal]) -> list[Moment]:
    engine = MatchEngine("m")
    return [moment for signal in signals for moment in engine.observe(signal).moments]


def paces(match: list[Signal]) -> list[PeriodPace]:
    """Return the pace of a match whose feed says something every minute."""
    minutes = [clock(period, minute) for period in (1, 2) for minute in range(1, 47)]
    signals = sorted([*match, *minutes], key=lambda signal: signal.occurred_at)
    return paces_of(replace(MATCH, id="m"), signals, moments_of(signals))


@properties
@given(match=lively_matches())
def test_a_screen_is_neither_replaced_at_once_nor_left_for_long(match: list[Signal]) -> None:
    for pace in paces(match):
        shortest = pace.shortest_seconds(by_news=False)
        assert shortest is None or shortest >= SHORTEST_SECONDS
        assert pace.longest_seconds <= LONGEST_SECONDS


@properties
@given(match=lively_matches(), data=st.data())
def test_any_order_of_arrival_ends_with_the_same_moments(match: list[Signal], data: st.DataObject) -> None:
    arrived = data.draw(st.permutations(match))
    assert standing_contents(moments_of(arrived)) == standing_contents(moments_of(match))


@properties
@given(match=lively_matches(), data=st.data())
def test_moments_do_not_depend_on_how_often_ordinary_entries_come(
    match: list[Signal], data: st.DataObject
) -> None:
    seconds = data.draw(st.lists(st.tuples(st.sampled_from([1, 2]), st.integers(0, 46 * 60)), max_size=60))
    ordinary = [clock(period, second / 60) for period, second in seconds]
    busy = sorted([*match, *ordinary], key=lambda signal: signal.occurred_at)
    assert standing_contents(moments_of(busy)) == standing_contents(moments_of(match))


@properties
@given(match=lively_matches(), data=st.data())
def test_a_restored_engine_keeps_the_pace(match: list[Signal], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(match)))
    first, second = MatchEngine("m"), MatchEngine("m")
    before = [moment for signal in match[:cut] for moment in first.observe(signal).moments]
    second.restore(json.loads(json.dumps(first.state())))
    after = [moment for signal in match[cut:] for moment in second.observe(signal).moments]
    assert [each.id for each in (*before, *after)] == [each.id for each in moments_of(match)]


def lulls(signals: list[Signal]) -> list[tuple[float, object]]:
    return [
        (moment.clock_seconds / 60, moment.details["number"])
        for moment in all_moments_of(signals)
        if moment.type is T.LULL
    ]


def test_lulls_come_every_nine_minutes_of_calm_play_and_are_numbered_in_the_match() -> None:
    match = [kick_off(1), clock(1, 44), half_time(45), kick_off(2), clock(2, 11)]
    assert lulls(match) == [(9.5, 1), (18.5, 2), (27.5, 3), (36.5, 4), (9.5, 5)]


def test_a_lull_waits_four_and_a_half_minutes_after_the_last_moment_left_the_screen() -> None:
    yellow = entry(M.CARD, 1, 7, side=HOME, card=Card.YELLOW)
    assert lulls([kick_off(1), yellow, clock(1, 12.4)]) == []
    assert lulls([kick_off(1), yellow, clock(1, 12.5)]) == [(12.5, 1)]


def test_an_entry_that_arrives_late_takes_a_lull_back() -> None:
    run = detect([kick_off(1), clock(1, 11), entry(M.CORNER, 1, 9, side=HOME)])
    assert [moment.type for moment in run.standing] == [T.CORNER, T.KICK_OFF]


def test_there_is_no_lull_in_a_break_after_the_end_or_at_a_clock_that_is_wrong() -> None:
    assert lulls([kick_off(1), clock(1, 3), half_time(5), kick_off(2), clock(2, 1)]) == []
    assert lulls([kick_off(1), end_of_match(1, 3), clock(1, 30)]) == []
    assert max(minute for minute, _ in lulls([clock(1, 160)])) <= 60


@pytest.mark.parametrize(("period", "minute"), [(1, 42), (2, 42), (3, 12), (4, 12)])
def test_the_last_minutes_of_each_period_come_once(period: int, minute: float) -> None:
    match = [kick_off(period), goal(HOME, period, 0.5), clock(period, 40 if period < 3 else 10)]
    found = all_moments_of([*match, clock(period, minute), clock(period, 47)])
    [last] = [moment for moment in found if moment.type is T.LAST_MINUTES and moment.period == period]
    assert (last.clock_seconds, last.details) == (minute * 60, {"left_seconds": 180})


def test_the_last_minutes_wait_until_the_moment_on_the_screen_is_over() -> None:
    booking = entry(M.CARD, 1, 41.5, side=HOME, card=Card.YELLOW)
    found = all_moments_of([kick_off(1), booking, clock(1, 43)])
    [last] = [moment for moment in found if moment.type is T.LAST_MINUTES]
    assert (last.clock_seconds, last.details) == (42.5 * 60, {"left_seconds": 150})


def test_a_card_that_follows_at_once_is_published_in_the_background() -> None:
    cards = [entry(M.CARD, 1, minute, side=HOME, card=Card.YELLOW) for minute in (10, 10.2, 10.5)]
    found = [moment for moment in all_moments_of(cards) if moment.type is T.YELLOW_CARD]
    assert [moment.details for moment in found] == [{}, {BACKGROUND: True}, {}]


def test_news_waits_for_nothing_and_is_never_in_the_background() -> None:
    match = [entry(M.CARD, 1, 10, side=HOME, card=Card.YELLOW), goal(HOME, 1, 10.1), goal(HOME, 1, 10.2)]
    goals = [moment for moment in all_moments_of(match) if moment.type is T.GOAL]
    assert len(goals) == 2
    assert all(BACKGROUND not in moment.details for moment in goals)


@pytest.mark.parametrize(("minute", "count"), [(7, 0), (7.5, 1)])
def test_a_corner_waits_until_the_screen_was_calm_for_a_while(minute: float, count: int) -> None:
    found = all_moments_of([kick_off(1), entry(M.CORNER, 1, minute, side=HOME)])
    assert len([moment for moment in found if moment.type is T.CORNER]) == count


def test_corners_have_a_cool_down() -> None:
    corners = [entry(M.CORNER, 1, minute, side=HOME) for minute in (3, 6.75, 7)]
    found = [moment.clock_seconds for moment in all_moments_of(corners) if moment.type is T.CORNER]
    assert found == [180, 420]


def test_chances_give_way_when_the_screen_has_changed_often() -> None:
    cards = [entry(M.CARD, 1, minute, side=HOME, card=Card.YELLOW) for minute in (1, 3, 5)]
    corners = [entry(M.CORNER, 1, minute, side=HOME) for minute in (8, 20)]
    found = [moment.clock_seconds for moment in all_moments_of([*cards, *corners]) if moment.type is T.CORNER]
    assert found == [1200]


def test_the_kicks_of_a_shoot_out_all_take_the_screen() -> None:
    kicks = [entry(M.SHOOT_OUT_KICK, 5, 0, side=HOME, scored=True) for _ in range(5)]
    assert all(BACKGROUND not in moment.details for moment in all_moments_of(kicks))
