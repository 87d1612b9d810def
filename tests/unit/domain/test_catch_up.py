"""Earlier versions that a reconnected app can still show."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.catch_up import REWIND, versions_to_catch_up
from domain.context import REMEMBERED_VERSIONS, MatchContext, initial_context, merge
from domain.moment import MomentType
from tests.support import builders

MATCH = builders.a_match()


def after(*minutes: float) -> MatchContext:
    """Return the context after a goal in each of these minutes."""
    context = initial_context(MATCH)
    for number, minute in enumerate(minutes, start=1):
        at = builders.KICK_OFF + timedelta(minutes=minute)
        goal = builders.a_moment(number, clock_seconds=60 * minute, occurred_at=at)
        context = merge(context, MATCH, [goal]) or context
    return context


def due(context: MatchContext, playhead: datetime | None) -> list[int]:
    return [each.version for each in versions_to_catch_up(context, MATCH, playhead)]


def minute(number: float) -> datetime:
    return builders.KICK_OFF + timedelta(minutes=number)


def test_a_delayed_picture_gets_the_versions_that_it_has_yet_to_reach() -> None:
    context = after(1, 20, 21, 22)
    # Version 1 was superseded in minute 20, which is beyond the rewind limit.
    assert due(context, minute(20) + REWIND + timedelta(seconds=1)) == [2, 3]
    assert due(context, minute(20.5)) == [2, 3]
    assert due(context, minute(22) + REWIND) == []


def test_an_unknown_playhead_is_assumed_to_be_slightly_delayed() -> None:
    assert due(after(1, 20, 21, 22), None) == [2, 3]


def test_a_version_whose_window_has_ended_is_left_out() -> None:
    # A goal's window is three minutes: a rewind of five from minute 10 does not reach the goal of minute 1.
    assert due(after(1, 30), minute(10)) == []


def test_a_superseded_version_is_left_out() -> None:
    context = after(20, 21)
    other = builders.a_moment(3, kind=MomentType.RED_CARD, clock_seconds=60 * 21, occurred_at=minute(21))
    context = merge(context, MATCH, [other]) or context
    frozen = context.with_frozen(("poll",))
    # The goal and the freeze start at the same time, so the goal's version is superseded at once.
    assert 2 not in due(frozen, minute(20.5))
    assert {each.frozen for each in versions_to_catch_up(frozen, MATCH, minute(20.5))} == {("poll",)}


def test_versions_before_a_cancelled_moment_are_forgotten() -> None:
    assert due(after(20, 21).without_headline(MATCH), minute(20)) == []


def test_a_context_keeps_a_bounded_number_of_earlier_versions() -> None:
    context = after(*range(1, 30))
    assert [each.version for each in context.earlier] == list(range(29 - REMEMBERED_VERSIONS, 29))
    assert all(not each.earlier and not each.seen for each in context.earlier)
    assert MatchContext.from_dict(context.to_dict()) == context


@given(st.lists(st.integers(1, 45), min_size=1, max_size=9, unique=True), st.integers(-5, 60))
def test_catching_up_shows_what_a_continuous_viewer_sees(minutes: list[int], at: int) -> None:
    context = after(*sorted(minutes))
    never_left = [*context.earlier, replace(context, earlier=())]
    caught_up = [*versions_to_catch_up(context, MATCH, minute(at)), replace(context, earlier=())]
    for seconds in range(0, 60 * 60, 90):
        playhead = minute(at) - REWIND + timedelta(seconds=seconds)
        assert _shown(caught_up, playhead) == _shown(never_left, playhead)


def _shown(versions: list[MatchContext], playhead: datetime) -> int | None:
    """Return what an app shows: the newest version whose window has started, until it ends."""
    windows = [(each.version, each.media_window(MATCH)) for each in versions]
    opened = [(version, window) for version, window in windows if window.not_before <= playhead]
    if not opened or opened[-1][1].valid_until <= playhead:
        return None
    return opened[-1][0]
