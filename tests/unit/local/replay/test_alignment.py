"""A feed without a date finds its place among the posts about it."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType
from domain.signal import Signal, SignalKind
from local.replay.alignment import kick_off_by_posts
from tests.unit.domain.crowd.counted import counted, signal

SOME_DAY = datetime(2000, 1, 1, 15, 0, tzinfo=UTC)
GOALS_AT = (600, 1500)
KICK_OFF_AFTER = 900
"""Seconds from the first post to the kick-off."""


def feed(*goals_at: int) -> list[Signal]:
    entries = [(0, MatchEventType.PERIOD_START, None)]
    entries += [(at, MatchEventType.GOAL, Side.HOME) for at in goals_at]
    return [
        Signal(
            id=f"s{at}",
            match_id="m",
            source="test",
            kind=SignalKind.MATCH_EVENT,
            occurred_at=SOME_DAY + timedelta(seconds=at),
            match_event=MatchEvent(id=f"e{at}", type=kind, period=1, clock_seconds=at, side=side),
        )
        for at, kind, side in entries
    ]


def posts() -> list[Signal]:
    """An hour of two posts a second, and of ten in the two minutes after each goal."""
    loud = {KICK_OFF_AFTER + at + seconds for at in GOALS_AT for seconds in range(0, 120, 10)}
    rates = [10.0 if second in loud else 2.0 for second in range(0, 3600, 10)]
    return [signal(*interval) for interval in counted(rates)]


def test_the_kick_off_is_where_posts_rise_with_the_goals() -> None:
    found = kick_off_by_posts(feed(*GOALS_AT), posts())
    assert (found - posts()[0].occurred_at).total_seconds() == pytest.approx(KICK_OFF_AFTER, abs=20)


def test_without_a_goal_the_match_begins_with_the_posts() -> None:
    assert kick_off_by_posts(feed(), posts()) == posts()[0].occurred_at


def test_posts_that_end_before_the_last_goal_begin_the_match() -> None:
    assert kick_off_by_posts(feed(5000), posts()) == posts()[0].occurred_at
