"""What the clock makes: moments that are due at a second of play, and lulls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from domain.detection.clock import DECIDING_PERIODS, PlayClock
from domain.detection.rules import Rule, RuleKind
from domain.detection.screen import SHORTEST_SECONDS, Screen
from domain.match_clock import PERIOD_LENGTH_SECONDS
from domain.match_event import FIRST_PERIOD, SHOOT_OUT_PERIOD
from domain.salience import SALIENCE

LONGEST_ADDED_SECONDS = 15 * 60.0
"""No lull is due later than this after a period's regular end: a clock that shows more is wrong."""
_PERIODS: Mapping[RuleKind, Iterable[int]] = {
    RuleKind.LEVEL_AT: DECIDING_PERIODS,
    RuleKind.TIME_LEFT: range(FIRST_PERIOD, SHOOT_OUT_PERIOD),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A moment that is due at a second of a period."""

    rule: Rule
    period: int
    clock_seconds: float

    @property
    def left_seconds(self) -> float:
        """Return how long the period still lasts, without added time."""
        return max(0.0, PERIOD_LENGTH_SECONDS[self.period] - self.clock_seconds)


class Timetable:
    """Moments that are due by the clock, in the order of play.

    The same entries give the same moments, whether the clock moves in one step or in many.
    """

    def __init__(self, rules: Sequence[Rule], clock: PlayClock, screen: Screen) -> None:
        self._clock = clock
        self._screen = screen
        self._lull = next((rule for rule in rules if rule.kind is RuleKind.LULL), None)
        self._once = [(rule, period) for rule in rules for period in _PERIODS.get(rule.kind, ())]
        self._period = FIRST_PERIOD
        self._next_seconds = inf
        self.screen_changed()

    def screen_changed(self) -> None:
        """Compute again when something is due next in the period that is played."""
        self._next_seconds = min((due.clock_seconds for due in self._open()), default=inf)

    def is_due(self, period: int, clock_seconds: float) -> bool:
        """True if anything may be due when play has come this far."""
        return clock_seconds >= self._next_seconds or period != self._period

    def leaves_room(self, rule: Rule, period: int, clock_seconds: float) -> bool:
        """True if a moment that takes the screen now does not keep a check of the score off it."""
        is_over_at = clock_seconds + SALIENCE[rule.moment].valid_seconds
        for checked, due_period in self._once:
            if due_period == period and checked.kind is RuleKind.LEVEL_AT:
                due = PERIOD_LENGTH_SECONDS[period] - checked.left_seconds
                if any(0 <= due - change < SHORTEST_SECONDS for change in (clock_seconds, is_over_at)):
                    return False
        return True

    def due_until(self, period: int, clock_seconds: float) -> Iterator[Due]:
        """Yield what is due when play has come this far; the caller shows a moment before it asks for more.

        What was due in an earlier period is not due after the last second that was played in it, except a
        check of the score.
        """
        while self._period < period:
            yield from self._due(self._clock.furthest(self._period), level_at=inf)
            self._period += 1
        yield from self._due(clock_seconds, level_at=clock_seconds)
        self.screen_changed()

    def _due(self, limit: float, *, level_at: float) -> Iterator[Due]:
        while True:
            open_dues = [
                due
                for due in self._open()
                if due.clock_seconds <= (level_at if due.rule.kind is RuleKind.LEVEL_AT else limit)
            ]
            if not open_dues:
                return
            due = min(open_dues, key=lambda each: each.clock_seconds)
            if (due.rule, due.period) in self._once:
                self._once.remove((due.rule, due.period))
            yield due

    def _open(self) -> Iterator[Due]:
        """Yield what is due next in the period, by each rule."""
        period = self._period
        for rule, due_period in self._once:
            if due_period == period:
                regular = PERIOD_LENGTH_SECONDS[period] - rule.left_seconds
                is_exact = rule.kind is RuleKind.LEVEL_AT
                yield Due(
                    rule=rule,
                    period=period,
                    clock_seconds=regular if is_exact else self._screen.of(period).free_from(rule, regular),
                )
        if self._lull is not None and period < SHOOT_OUT_PERIOD:
            lull_at = round(self._screen.of(period).calm_from + self._lull.window_seconds, 3)
            if lull_at <= PERIOD_LENGTH_SECONDS[period] + LONGEST_ADDED_SECONDS:
                yield Due(rule=self._lull, period=period, clock_seconds=lull_at)
