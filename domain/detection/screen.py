"""The screen as the moments make it: which moment it shows, since when, and when another one may take it."""

from dataclasses import dataclass
from math import inf

from domain.detection.rules import Rule
from domain.match_event import SHOOT_OUT_PERIOD
from domain.salience import LOWEST, MAJOR, SALIENCE, takes_over

SHORTEST_SECONDS = 20.0
"""What a screen shows stays for so long at least, unless a moment of rank MAJOR or above interrupts it."""
BUSY_SECONDS = 15 * 60.0
"""The time for which a rule's `most_changes` counts the changes of the screen; lulls do not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a screen shows: a moment of this rank, and after `until_seconds` the calm screen."""

    rank: int
    from_seconds: float
    until_seconds: float


class PeriodScreen:
    """What viewers see in one period, by the moments found so far in the order of play.

    It follows the rules of `domain/headline.py`, which decides for the context what takes the screen.
    """

    def __init__(self) -> None:
        self._shown = Shown(rank=0, from_seconds=0.0, until_seconds=0.0)
        self._changes: list[float] = []
        """The seconds at which a moment took the screen or was over; a lull is calm and does not count."""

    @property
    def calm_from(self) -> float:
        """Return the second from which the screen is calm, unless another moment comes."""
        return self._shown.until_seconds

    @property
    def changed_at(self) -> float:
        """Return the second at which a moment last changed the screen; before the period if none did."""
        return self._changes[-1] if self._changes else -inf

    def free_from(self, rule: Rule, clock_seconds: float) -> float:
        """Return the first second, from a given one on, at which a waiting moment takes the screen.

        It waits until a moment of its rank or above is over, but does not interrupt what has just begun.
        """
        if self._shown.until_seconds == 0:
            return clock_seconds
        if clock_seconds > self.calm_from:
            return max(clock_seconds, self.calm_from + SHORTEST_SECONDS)
        if SALIENCE[rule.moment].rank > self._shown.rank:
            return max(clock_seconds, self._shown.from_seconds + SHORTEST_SECONDS)
        return self.calm_from

    def may_show(self, rule: Rule, clock_seconds: float) -> bool:
        """True if the moment of a rule may take the screen: by rank, and unless it is news, by pace."""
        if self._shown.until_seconds == 0:
            return True
        rank, later_by = SALIENCE[rule.moment].rank, clock_seconds - self._shown.from_seconds
        if later_by == 0:
            return rank >= self._shown.rank and rule.quiet_seconds <= 0
        is_calm = clock_seconds >= self.calm_from
        if not is_calm and not takes_over(rank, self._shown.rank, later_by):
            return False
        return rank >= MAJOR or self._is_in_pace(rule, clock_seconds, is_calm=is_calm)

    def show(self, rule: Rule, clock_seconds: float) -> bool:
        """Give the screen to the moment of a rule; false if it may not take it."""
        if not self.may_show(rule, clock_seconds):
            return False
        salience = SALIENCE[rule.moment]
        if self._shown.rank > LOWEST and self.calm_from < clock_seconds:
            self._changes.append(self.calm_from)
        if salience.rank > LOWEST and (not self._changes or self._changes[-1] != clock_seconds):
            self._changes.append(clock_seconds)
        self._shown = Shown(
            rank=salience.rank,
            from_seconds=clock_seconds,
            until_seconds=clock_seconds + salience.valid_seconds,
        )
        return True

    def _is_in_pace(self, rule: Rule, clock_seconds: float, *, is_calm: bool) -> bool:
        """True if the screen has not just changed, and moments did not change it lately or too often."""
        changed_at = self.calm_from if is_calm else self._shown.from_seconds
        if 0 < clock_seconds - changed_at < SHORTEST_SECONDS:
            return False
        is_over = is_calm and self._shown.rank > LOWEST
        changes = [*self._changes, self.calm_from] if is_over else self._changes
        if changes and clock_seconds - changes[-1] < rule.quiet_seconds:
            return False
        lately = sum(1 for change in changes if change > clock_seconds - BUSY_SECONDS)
        return rule.most_changes <= 0 or lately < rule.most_changes


class Screen:
    """The screens of all periods: a moment of a later period always takes the screen."""

    def __init__(self) -> None:
        self._periods = {period: PeriodScreen() for period in range(1, SHOOT_OUT_PERIOD)}

    def of(self, period: int) -> PeriodScreen:
        """Return the screen of a period of play."""
        return self._periods[period]

    def may_show(self, rule: Rule, period: int, clock_seconds: float) -> bool:
        """True if the moment of a rule may take the screen; each kick of a shoot-out may."""
        return period == SHOOT_OUT_PERIOD or self.of(period).may_show(rule, clock_seconds)

    def show(self, rule: Rule, period: int, clock_seconds: float) -> bool:
        """Give the screen to the moment of a rule; false if it may not take it."""
        return period == SHOOT_OUT_PERIOD or self.of(period).show(rule, clock_seconds)
