"""Writing matches in a few words: entries at a minute of a period, in signals of one match."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from domain.detection.match_detector import MatchDetector
from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType
from domain.moment import Moment, MomentType
from domain.signal import Signal, SignalKind

KICK_OFF = datetime(2021, 6, 11, 19, 0, tzinfo=UTC)
HOME, AWAY = Side.HOME, Side.AWAY
PERIOD_STARTS = {1: 0, 2: 63 * 60, 3: 120 * 60, 4: 140 * 60, 5: 160 * 60}
_ids = count(1)


def entry(
    event_type: MatchEventType, period: int, minute: float, signal_id: str | None = None, **fields: Any
) -> Signal:
    """A signal with a feed entry at a minute of a period."""
    name = signal_id or f"s{next(_ids)}"
    return Signal(
        id=name,
        match_id="m",
        source="test",
        kind=SignalKind.MATCH_EVENT,
        occurred_at=KICK_OFF + timedelta(seconds=PERIOD_STARTS[period] + minute * 60),
        match_event=MatchEvent(
            id=f"e-{name}", type=event_type, period=period, clock_seconds=minute * 60.0, **fields
        ),
    )


def goal(side: Side, period: int, minute: float, player: str = "Somebody", **fields: Any) -> Signal:
    """A goal."""
    return entry(MatchEventType.GOAL, period, minute, side=side, player=player, **fields)


def end_of_match(period: int = 2, minute: float = 48) -> Signal:
    """The final whistle."""
    return entry(MatchEventType.MATCH_END, period, minute)


def half_time(minute: float = 47) -> Signal:
    """The whistle at half-time."""
    return entry(MatchEventType.PERIOD_END, 1, minute)


def clock(period: int, minute: float) -> Signal:
    """An ordinary entry that only moves the clock."""
    return entry(MatchEventType.OTHER, period, minute)


def moments_of(signals: list[Signal], detector: MatchDetector | None = None) -> list[Moment]:
    """What a detector says of the signals."""
    watching = detector or MatchDetector("m")
    return [moment for signal in signals for moment in watching.observe(signal).moments]


def found(signals: list[Signal], *types: MomentType) -> list[Moment]:
    """The moments of some types that a fresh detector finds."""
    return [moment for moment in moments_of(signals) if moment.type in types]
