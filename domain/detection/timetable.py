"""What the clock makes: moments that are due at a second of play, and lulls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from domain.detection.clock import DECIDING_PERIODS, PlayClock
from domain.detection.momentum import STEP_SECONDS, Momentum, Pressure
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
    """A moment that is due at a second of a period; `pressure` is the one that begins then."""

    rule: Rule
    period: int
    clock_seconds: float
    pressure: Pressure | None = None

    @property
    def left_seconds(self) -> float:
        """Return how long the period still lasts, without added time."""
        return max(0.0, PERIOD_LENGTH_SECONDS[self.period] - self.clock_seconds)


class Timetable:
    """Moments that are due by the clock, in the order of play.

    The same entries give the same moments, whether the clock moves in one step or in many.
    """

    def __init__(self, rules: Sequence[Rule], clock: PlayClock, screen: Screen, momentum: Momentum) -> None:
        self._clock = clock
        self._screen = screen
        self._momentum = momentum
        self._pressure = next((rule for rule in rules if rule.kind is RuleKind.PRESSURE), None)
        self._lull = next((rule for rule in rules if rule.kind is RuleKind.LULL), None)
        self._once = [(rule, period) for rule in rules for period in _PERIODS.get(rule.kind, ())]
        self._period = FIRST_PERIOD
        self._checked_seconds = 0.0
        self._next_seconds, self._next_rule = inf, self._lull
        self.screen_changed()

    def screen_changed(self) -> None:
        """Compute again what is due next in the period that is played."""
        self._next_seconds, self._next_rule = min(
            self._open(), key=lambda seconds_and_rule: seconds_and_rule[0], default=(inf, None)
        )
        if self._pressure is not None and self._period < SHOOT_OUT_PERIOD:
            quiet_from = self._screen.of(self._period).changed_at + self._pressure.quiet_seconds
            self._checked_seconds = max(self._checked_seconds, quiet_from - STEP_SECONDS)

    def is_due(self, period: int, clock_seconds: float) -> bool:
        """True if anything is due when play has come this far."""
        if period != self._period or clock_seconds >= self._next_seconds:
            return True
        return (
            clock_seconds >= self._checked_seconds + STEP_SECONDS and self._begins(clock_seconds) is not None
        )

    def has_window(self, rule: Rule, period: int, clock_seconds: float) -> bool:
        """True if a moment that may be left out can take the screen and keeps no check of the score off."""
        if not self._screen.may_show(rule, period, clock_seconds):
            return False
        is_over_at = clock_seconds + SALIENCE[rule.moment].valid_seconds
        return not any(
            0 <= _regular_seconds(checked, period) - change < SHORTEST_SECONDS
            for checked, due_period in self._once
            if due_period == period and checked.kind is RuleKind.LEVEL_AT
            for change in (clock_seconds, is_over_at)
        )

    def due_until(self, period: int, clock_seconds: float) -> Iterator[Due]:
        """Yield what is due when play has come this far; the caller shows a moment before it asks for more.

        What was due in an earlier period is not due after the last second that was played in it, except a
        check of the score.
        """
        while self._period < period:
            yield from self._due(self._clock.furthest(self._period))
            yield from self._overdue_checks()
            self._period, self._checked_seconds = self._period + 1, 0.0
            self.screen_changed()
        yield from self._due(clock_seconds)

    def _due(self, limit: float) -> Iterator[Due]:
        while True:
            pressure = self._begins(min(self._next_seconds, limit))
            if pressure is not None and self._pressure is not None:
                yield Due(
                    rule=self._pressure,
                    period=self._period,
                    clock_seconds=float(pressure.since_seconds),
                    pressure=pressure,
                )
                self._checked_seconds = pressure.since_seconds
            elif self._next_seconds > limit or self._next_rule is None:
                return
            else:
                due = Due(rule=self._next_rule, period=self._period, clock_seconds=self._next_seconds)
                self._remove(due)
                yield due
            self.screen_changed()

    def _overdue_checks(self) -> Iterator[Due]:
        """Yield the checks of the score that no entry of the period was late enough for."""
        for rule, period in tuple(self._once):
            if period == self._period and rule.kind is RuleKind.LEVEL_AT:
                due = Due(rule=rule, period=period, clock_seconds=_regular_seconds(rule, period))
                self._remove(due)
                yield due

    def _remove(self, due: Due) -> None:
        if (due.rule, due.period) in self._once:
            self._once.remove((due.rule, due.period))

    def _begins(self, limit: float) -> Pressure | None:
        """Return the next pressure that begins by a second of the period while the screen has room for it."""
        if self._pressure is None:
            return None
        while (at := int(self._checked_seconds // STEP_SECONDS + 1) * STEP_SECONDS) <= limit:
            pressure = self._momentum.pressing(self._period, at)
            is_new = pressure is not None and pressure.since_seconds == at
            if is_new and self.has_window(self._pressure, self._period, at):
                return pressure
            self._checked_seconds = at
        return None

    def _open(self) -> Iterator[tuple[float, Rule]]:
        """Yield when each rule is due next in the period."""
        period = self._period
        for rule, due_period in self._once:
            if due_period == period:
                regular = _regular_seconds(rule, period)
                is_exact = rule.kind is RuleKind.LEVEL_AT
                yield regular if is_exact else self._screen.of(period).free_from(rule, regular), rule
        if self._lull is not None and period < SHOOT_OUT_PERIOD:
            lull_at = round(self._screen.of(period).calm_from + self._lull.window_seconds, 3)
            if lull_at <= PERIOD_LENGTH_SECONDS[period] + LONGEST_ADDED_SECONDS:
                yield lull_at, self._lull


def _regular_seconds(rule: Rule, period: int) -> float:
    """Return the second of a period at which a rule is due, if nothing is in its way."""
    return PERIOD_LENGTH_SECONDS[period] - rule.left_seconds
