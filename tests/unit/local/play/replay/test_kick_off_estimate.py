"""The kick-off of a feed without a date is estimated from the posts about the match."""

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType
from domain.signal import Signal, SignalKind
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS
from local.play.replay.cli import add_arguments, load
from local.play.replay.kick_off_estimate import estimate_kick_off
from tests.support.counted_posts import counted, signal

SOME_DAY = datetime(2000, 1, 1, 15, 0, tzinfo=UTC)
GOALS_AT = (600, 1500)
KICK_OFF_AFTER = 900
"""Seconds from the first post to the kick-off."""


def feed(*goals_at: int) -> list[Signal]:
    entries: list[tuple[int, MatchEventType, Side | None]] = [(0, MatchEventType.PERIOD_START, None)]
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
    """Return an hour of two posts a second, and ten in the two minutes after each goal."""
    loud = {KICK_OFF_AFTER + at + seconds for at in GOALS_AT for seconds in range(0, 120, 10)}
    rates = [10.0 if second in loud else 2.0 for second in range(0, 3600, 10)]
    return [signal(*interval) for interval in counted(rates)]


def test_the_kick_off_is_estimated_where_posts_rise_after_goals() -> None:
    found = estimate_kick_off(feed(*GOALS_AT), posts())
    assert (found - posts()[0].occurred_at).total_seconds() == pytest.approx(KICK_OFF_AFTER, abs=20)


def test_without_a_goal_the_kick_off_is_the_first_post() -> None:
    assert estimate_kick_off(feed(), posts()) == posts()[0].occurred_at


def test_with_posts_shorter_than_the_match_the_kick_off_is_the_first_post() -> None:
    assert estimate_kick_off(feed(5000), posts()) == posts()[0].occurred_at


@pytest.mark.parametrize("kick_off", [None, "2021-06-11T19:00:30+00:00"])
def test_a_replay_estimates_the_kick_off_of_a_feed_without_a_date(
    tmp_path: Path, kick_off: str | None
) -> None:
    # GIVEN a match with three goals in the second half, and posts that rise after them
    posts = tmp_path / "posts.csv"
    loud = [datetime(2021, 6, 11, 20, *at, tzinfo=UTC).timestamp() for at in ((10, 12), (23, 33), (36, 30))]
    start = datetime(2021, 6, 11, 18, 45, tzinfo=UTC).timestamp()
    rows = [
        f"{second:.0f},{5 if any(0 <= second - goal < 120 for goal in loud) else 1}"
        for second in (start + n for n in range(10_000))
    ]
    posts.write_text("epoch_s,tweets\n" + "\n".join(rows))
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    given = ["--feed", "statsbomb", "--events", str(TURKEY_ITALY_EVENTS)]
    given += ["--social", str(posts), "--report", str(tmp_path / "report.json")]

    # WHEN it is loaded with or without --kick-off
    feed, _ = load(parser.parse_args([*given, "--kick-off", kick_off] if kick_off else given))

    # THEN the first goal is where the posts rise; with --kick-off, the assumed break adds an error
    first = next(s for s in feed.signals if s.match_event and s.match_event.type is MatchEventType.GOAL)
    assert first.occurred_at.timestamp() == pytest.approx(loud[0], abs=120 if kick_off else 30)
