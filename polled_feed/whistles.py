"""The whistles that a status implies: the start of each period that began, the end of each that is over."""

from collections.abc import Callable, Iterator

from domain.match_clock import PERIOD_LENGTH_SECONDS
from domain.match_event import MatchEvent, MatchEventType
from polled_feed.snapshot import Phase, PolledMatch

WHISTLES = frozenset({MatchEventType.PERIOD_START, MatchEventType.PERIOD_END, MatchEventType.MATCH_END})
SAYS_NOTHING = frozenset({Phase.INTERRUPTED, Phase.OFF})
"""Phases of which the status does not say how far play came: the whistles stay as they are."""


def whistles(polled: PolledMatch, furthest: Callable[[int], float]) -> Iterator[MatchEvent]:
    """Yield the whistles of a match; `furthest` is the last second of a period that is known."""
    if not polled.periods:
        return
    last = polled.periods[-1]
    is_over = polled.phase in (Phase.BREAK, Phase.FINISHED)
    for period in polled.periods:
        yield _whistle(MatchEventType.PERIOD_START, period, 0.0)
        if period != last or is_over:
            yield _whistle(MatchEventType.PERIOD_END, period, _end(period, furthest))
    if polled.phase is Phase.FINISHED:
        yield _whistle(MatchEventType.MATCH_END, last, _end(last, furthest))


def _end(period: int, furthest: Callable[[int], float]) -> float:
    return max(furthest(period), PERIOD_LENGTH_SECONDS[period])


def _whistle(kind: MatchEventType, period: int, clock_seconds: float) -> MatchEvent:
    return MatchEvent(id=f"{kind.value}-{period}", type=kind, period=period, clock_seconds=clock_seconds)
