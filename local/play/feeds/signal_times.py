"""Build signals with times from entries with a match clock: periods, breaks and ordinary entries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from domain.match_event import FIRST_PERIOD, MatchEvent, MatchEventType
from domain.signal import Signal, SignalKind
from local.play.feeds.feed import ParsedFeed

BREAK_SECONDS = {1: 15 * 60, 2: 5 * 60, 3: 60, 4: 5 * 60}
"""Assumed length of the break after each period, if the feed does not say when the next one started."""
UNKNOWN_KICK_OFF = datetime(2000, 1, 1, 15, 0, tzinfo=UTC)
THINNING_SECONDS = 10.0
PLACED_THINNING_SECONDS = 3.0
"""One entry with a position in so many seconds is what the momentum of a side needs."""
MAX_CLOCK_SECONDS = 10_000.0


def build_signals(
    reading: ParsedFeed, source: str, kick_off: datetime, *, all_entries: bool = False
) -> tuple[Signal, ...]:
    """Return the signals in the order of play.

    Ordinary entries move the clock, and those with a position the momentum: one in ten seconds is kept, or
    one in three with a position, or each if `all_entries` is true.
    """
    placeable = [entry for entry in reading.match_events if 0 <= entry.clock_seconds <= MAX_CLOCK_SECONDS]
    lengths = _lengths(placeable)
    starts = _starts(lengths, reading.period_starts, kick_off)
    entries = sorted([*placeable, *_marks(reading.match_id, lengths, placeable)], key=_play_order)
    kept = entries if all_entries else list(_thinned(entries))
    return tuple(
        Signal(
            id=f"{source}-{match_event.id}",
            match_id=reading.match_id,
            source=source,
            kind=SignalKind.MATCH_EVENT,
            occurred_at=starts[match_event.period] + timedelta(seconds=match_event.clock_seconds),
            match_event=match_event,
        )
        for match_event in kept
    )


def _lengths(match_events: Iterable[MatchEvent]) -> dict[int, float]:
    lengths: dict[int, float] = {}
    for match_event in match_events:
        lengths[match_event.period] = max(lengths.get(match_event.period, 0.0), match_event.clock_seconds)
    return dict(sorted(lengths.items()))


def _starts(
    lengths: Mapping[int, float], known: Mapping[int, datetime], kick_off: datetime
) -> dict[int, datetime]:
    """Return the start of each period: the feed's, shifted to the kick-off, else after the assumed break."""
    starts: dict[int, datetime] = {}
    shift = kick_off - known[FIRST_PERIOD] if FIRST_PERIOD in known else timedelta(0)
    begin = kick_off
    for period, length in lengths.items():
        if period in known and FIRST_PERIOD in known and known[period] + shift >= begin:
            starts[period] = known[period] + shift
        else:
            starts[period] = begin + timedelta(seconds=BREAK_SECONDS.get(period - 1, 0) if starts else 0)
        begin = starts[period] + timedelta(seconds=length)
    return starts


def _marks(
    match_id: str, lengths: Mapping[int, float], match_events: Sequence[MatchEvent]
) -> Iterator[MatchEvent]:
    """Yield the period starts and ends and the match end that the feed has no entry for."""
    present = {(event.type, event.period) for event in match_events}
    last = max(lengths, default=FIRST_PERIOD)
    for period, length in lengths.items():
        if (MatchEventType.PERIOD_START, period) not in present:
            yield _mark(match_id, MatchEventType.PERIOD_START, period, 0.0)
        if (MatchEventType.PERIOD_END, period) not in present:
            yield _mark(match_id, MatchEventType.PERIOD_END, period, length)
    if lengths and not any(mark is MatchEventType.MATCH_END for mark, _ in present):
        yield _mark(match_id, MatchEventType.MATCH_END, last, lengths[last])


def _mark(match_id: str, mark: MatchEventType, period: int, clock_seconds: float) -> MatchEvent:
    return MatchEvent(
        id=f"{match_id}-{mark.value}-{period}", type=mark, period=period, clock_seconds=clock_seconds
    )


def _thinned(match_events: Iterable[MatchEvent]) -> Iterator[MatchEvent]:
    last_kept = (0, 0.0)
    for match_event in match_events:
        period, seconds = match_event.order
        thinning = THINNING_SECONDS if match_event.x is None else PLACED_THINNING_SECONDS
        due = period != last_kept[0] or seconds - last_kept[1] >= thinning
        if match_event.type is not MatchEventType.OTHER or due:
            last_kept = (period, seconds)
            yield match_event


def _play_order(match_event: MatchEvent) -> tuple[int, float, int]:
    rank = {
        MatchEventType.PERIOD_START: 0,
        MatchEventType.PENALTY_AWARDED: 1,
        MatchEventType.PERIOD_END: 8,
        MatchEventType.MATCH_END: 9,
    }.get(match_event.type, 3)
    return (*match_event.order, rank)
