"""Sustained pressure is a moment, found from where ordinary entries happen."""

import json
import random
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.detection.engine import MatchEngine
from domain.detection.match_detector import DEFAULT_LATENESS_SECONDS
from domain.detection.outcome import Part
from domain.match import Side
from domain.match_event import MatchEventType
from domain.moment import Moment, MomentType
from domain.signal import Signal
from tests.support.detection_run import standing_contents
from tests.support.feed_entries import AWAY, HOME, all_moments_of, entry, goal

EVERY_SECONDS = 5
few_examples = settings(max_examples=25, deadline=None)
"""A half has hundreds of entries, and one that comes late may have the whole half replayed."""


def touches(period: int, first_minute: float, last_minute: float, side: Side, x: float) -> list[Signal]:
    """Return a touch of a side at a place every five seconds."""
    seconds = range(int(first_minute * 60), int(last_minute * 60), EVERY_SECONDS)
    return [
        entry(MatchEventType.OTHER, period, second / 60, f"{side}-{period}-{second}-{x}", side=side, x=x)
        for second in seconds
    ]


def pressures(signals: list[Signal]) -> list[Moment]:
    return [moment for moment in all_moments_of(signals) if moment.type is MomentType.PRESSURE]


HOME_PRESSES = [*touches(1, 0, 10, AWAY, 0.4), *touches(1, 10, 16, HOME, 0.8)]


def test_a_side_that_plays_in_the_final_third_for_minutes_presses() -> None:
    [pressure] = pressures(HOME_PRESSES)
    assert (pressure.side, pressure.details) == (HOME, {"tilt": 1.0})
    assert 10 * 60 < pressure.clock_seconds <= 13 * 60


def test_play_in_midfield_is_no_pressure() -> None:
    assert pressures([*touches(1, 0, 16, HOME, 0.5), *touches(1, 0, 16, AWAY, 0.5)]) == []


def test_pressure_right_after_a_goal_leaves_the_screen_to_it() -> None:
    [found] = pressures(HOME_PRESSES)
    scored = goal(HOME, 1, found.clock_seconds / 60 - 0.5)
    signals = sorted([*HOME_PRESSES, scored], key=lambda signal: signal.occurred_at)
    assert pressures(signals) == []


def test_a_rule_that_is_left_out_finds_no_pressure() -> None:
    engine = MatchEngine("m", rules=())
    assert not any(engine.observe(signal).moments for signal in HOME_PRESSES)


def test_entries_without_a_position_change_no_counts() -> None:
    engine = MatchEngine("m")
    outcomes = [engine.observe(signal) for signal in HOME_PRESSES]
    assert {Part.MOMENTUM} in [outcome.changed for outcome in outcomes]
    plain = MatchEngine("m")
    signals = [entry(MatchEventType.OTHER, 1, second / 60) for second in range(0, 270, 5)]
    assert not any(plain.observe(signal).changed for signal in signals)


@st.composite
def located_matches(draw: st.DrawFn) -> list[Signal]:
    """A half in which either side plays in its final third for some minutes at a time, and goals fall."""
    signals: list[Signal] = []
    for part in range(9):
        side, x = draw(st.sampled_from(Side)), draw(st.sampled_from([0.5, 0.8]))
        signals += touches(1, part * 5, part * 5 + 5, side, x)
    for minute in draw(st.sets(st.integers(1, 44), max_size=3)):
        signals.append(goal(draw(st.sampled_from(Side)), 1, minute + 0.03))
    return sorted(signals, key=lambda signal: signal.occurred_at)


def published(signals: list[Signal]) -> dict[str, tuple[object, ...]]:
    engine = MatchEngine("m")
    return standing_contents([moment for signal in signals for moment in engine.observe(signal).moments])


@few_examples
@given(match=located_matches(), chance=st.integers(0, 2**32).map(random.Random))
def test_entries_that_arrive_late_end_with_the_same_moments(
    match: list[Signal], chance: random.Random
) -> None:
    delays = [timedelta(seconds=chance.uniform(0, DEFAULT_LATENESS_SECONDS)) for _ in match]
    arrived = sorted(zip(match, delays, strict=True), key=lambda each: each[0].occurred_at + each[1])
    assert published([signal for signal, _ in arrived]) == published(match)


@few_examples
@given(match=located_matches(), data=st.data())
def test_a_restored_engine_finds_the_same_pressure(match: list[Signal], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(match)))
    first, second = MatchEngine("m"), MatchEngine("m")
    moments = [moment for signal in match[:cut] for moment in first.observe(signal).moments]
    second.restore(json.loads(json.dumps(first.state())))
    moments += [moment for signal in match[cut:] for moment in second.observe(signal).moments]
    assert standing_contents(moments) == published(match)
