"""The changes of the screen in a match: a moment takes it, or it is over and the calm screen returns."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from domain.context import initial_context, merge, remember
from domain.match import Match
from domain.moment import Moment, MomentType
from domain.salience import MAJOR, SALIENCE
from domain.signal import Signal

WHISTLES = frozenset({MomentType.HALF_TIME, MomentType.FULL_TIME})
"""Moments that end a period: what they change is seen in the break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenChange:
    """What the screen shows from a second on: a moment, or the calm screen if `headline` is None."""

    clock_seconds: float
    headline: Moment | None

    @property
    def is_news(self) -> bool:
        """True if a moment of rank MAJOR or above takes the screen: it waits for nothing."""
        return self.headline is not None and SALIENCE[self.headline.type].rank >= MAJOR


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodPace:
    """The changes of the screen in one period, which ended at `end_seconds`; one instant is one change."""

    period: int
    end_seconds: float
    changes: tuple[ScreenChange, ...]

    @property
    def count_without_news(self) -> int:
        """Return how many changes no news made."""
        return sum(not change.is_news for change in self.changes)

    @property
    def longest_seconds(self) -> float:
        """Return the longest time without a change while the ball was in play."""
        instants = [0.0, *(change.clock_seconds for change in self.changes), self.end_seconds]
        return max(later - earlier for earlier, later in pairwise(instants))

    def shortest_seconds(self, *, by_news: bool) -> float | None:
        """Return the shortest time after which news, or anything else, changed a screen."""
        holds = (
            later.clock_seconds - earlier.clock_seconds
            for earlier, later in pairwise(self.changes)
            if later.is_news == by_news
        )
        return min(holds, default=None)


def paces_of(match: Match, signals: Iterable[Signal], moments: Iterable[Moment]) -> list[PeriodPace]:
    """Return the pace of each period of play, given all signals of a match and the moments found in them."""
    ends = _ends(signals)
    headlines = list(_headlines(match, moments))
    return [
        PeriodPace(
            period=period,
            end_seconds=end,
            changes=tuple(_changes([each for each in headlines if each.period == period], end)),
        )
        for period, end in sorted(ends.items())
    ]


def _ends(signals: Iterable[Signal]) -> Mapping[int, float]:
    ends: dict[int, float] = {}
    for signal in signals:
        if signal.match_event is not None:
            period, clock_seconds = signal.match_event.order
            ends[period] = max(clock_seconds, ends.get(period, 0.0))
    return ends


def _headlines(match: Match, moments: Iterable[Moment]) -> Iterator[Moment]:
    """Yield each moment that takes the screen, in the order in which the moments are published."""
    context = initial_context(match)
    for moment in moments:
        after = merge(context, match, [moment])
        if after is None:
            context = remember(context, match, [moment]) or context
            continue
        if after.headline is not None and after.headline != context.headline:
            yield after.headline
        context = after


def _changes(headlines: list[Moment], end_seconds: float) -> Iterator[ScreenChange]:
    shown: dict[float, Moment] = {each.clock_seconds: each for each in headlines}
    instants = [*sorted(shown), end_seconds]
    for instant, following in pairwise(instants):
        headline = shown[instant]
        if headline.type not in WHISTLES:
            yield ScreenChange(clock_seconds=instant, headline=headline)
        calm_from = instant + SALIENCE[headline.type].valid_seconds
        if calm_from < following:
            yield ScreenChange(clock_seconds=calm_from, headline=None)
