"""A replay posts signals at the feed's times, or one moment at a time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.match_event import MatchEvent, MatchEventType
from domain.signal import Signal, SignalKind
from local.play.replay.pacing import LONGEST_PAUSE_SECONDS, constant, moment_batches, timed_batches
from tests.support.match_moments import KICK_OFF


def signal(second: float, kind: MatchEventType = MatchEventType.OTHER) -> Signal:
    return Signal(
        id=str(second),
        match_id="m1",
        source="feed",
        kind=SignalKind.MATCH_EVENT,
        occurred_at=KICK_OFF + timedelta(seconds=second),
        match_event=MatchEvent(id=str(second), type=kind, period=1, clock_seconds=second),
    )


def test_signals_are_due_at_the_feeds_times_divided_by_the_speed() -> None:
    batches = list(timed_batches([signal(0), signal(0.5), signal(20), signal(40)], pace=constant(10)))
    assert [len(batch) for _, batch in batches] == [2, 1, 1]
    assert [due for due, _ in batches] == pytest.approx([0.0, 2.0, 4.0])


def test_a_long_break_is_shortened() -> None:
    batches = list(timed_batches([signal(0), signal(900)], pace=constant(60)))
    assert batches[-1][0] == pytest.approx(LONGEST_PAUSE_SECONDS / 60)


@given(st.lists(st.floats(0, 5000), max_size=30).map(sorted), st.floats(0.5, 1000))
def test_no_signal_is_lost_or_reordered(seconds: list[float], speed: float) -> None:
    signals = [signal(second) for second in seconds]
    assert [each for _, batch in timed_batches(signals, constant(speed)) for each in batch] == signals
    assert [each for batch in moment_batches(signals) for each in batch] == signals


def test_each_batch_ends_with_an_entry_that_makes_a_moment() -> None:
    kick_off, again = signal(1, MatchEventType.PERIOD_START), signal(2, MatchEventType.PERIOD_START)
    injury = signal(30, MatchEventType.INJURY_STOPPAGE)
    batches = list(moment_batches([signal(0), kick_off, again, injury, signal(40)]))
    assert [[each.id for each in batch] for batch in batches] == [["0", "1"], ["2", "30"], ["40"]]


def test_a_moment_in_the_background_ends_no_batch() -> None:
    kick_off, injury = signal(1, MatchEventType.PERIOD_START), signal(5, MatchEventType.INJURY_STOPPAGE)
    batches = list(moment_batches([kick_off, injury, signal(6)]))
    assert [[each.id for each in batch] for batch in batches] == [["1"], ["5", "6"]]
