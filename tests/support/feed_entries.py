"""Writing matches in a few words: entries at a minute of a period, as signals of one match."""

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
MADE_BY_TIME = frozenset({MomentType.LULL, MomentType.LAST_MINUTES})
_ids = count(1)


def entry(
    event_type: MatchEventType,
    period: int,
    minute: float,
    signal_id: str | None = None,
    *,
    entry_id: str | None = None,
    sent_minute: float | None = None,
    **fields: Any,
) -> Signal:
    """Return a signal with a feed entry at a minute of a period, which occurred then or at `sent_minute`."""
    name = signal_id or f"s{next(_ids)}"
    occurred_after = (minute if sent_minute is None else sent_minute) * 60
    return Signal(
        id=name,
        match_id="m",
        source="test",
        kind=SignalKind.MATCH_EVENT,
        occurred_at=KICK_OFF + timedelta(seconds=PERIOD_STARTS[period] + occurred_after),
        match_event=MatchEvent(
            id=entry_id or f"e-{name}",
            type=event_type,
            period=period,
            clock_seconds=minute * 60.0,
            **fields,
        ),
    )


def goal(side: Side, period: int, minute: float, player: str = "Somebody", **fields: Any) -> Signal:
    """Return a goal."""
    return entry(MatchEventType.GOAL, period, minute, side=side, player=player, **fields)


def end_of_match(period: int = 2, minute: float = 48) -> Signal:
    """Return the final whistle."""
    return entry(MatchEventType.MATCH_END, period, minute)


def half_time(minute: float = 47) -> Signal:
    """Return the whistle at half-time."""
    return entry(MatchEventType.PERIOD_END, 1, minute)


def clock(period: int, minute: float) -> Signal:
    """Return an ordinary entry, which only advances the clock."""
    return entry(MatchEventType.OTHER, period, minute)


def all_moments_of(signals: list[Signal], detector: MatchDetector | None = None) -> list[Moment]:
    """Return the moments that a detector finds in the signals."""
    watching = detector or MatchDetector("m")
    return [moment for signal in signals for moment in watching.observe(signal).moments]


def moments_of(signals: list[Signal], detector: MatchDetector | None = None) -> list[Moment]:
    """Return the moments that a detector finds in the signals, without those that time alone makes."""
    return [moment for moment in all_moments_of(signals, detector) if moment.type not in MADE_BY_TIME]


def found(signals: list[Signal], *types: MomentType) -> list[Moment]:
    """Return the moments of some types that a fresh detector publishes."""
    return [moment for moment in moments_of(signals) if moment.type in types]
