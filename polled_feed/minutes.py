"""The period and the clock of an entry that has minutes only.

Football counts the minutes that have begun: minute 23 is the clock from 22:00 to 22:59, and 45+2 is 46:00 to
46:59 of the first half. An entry gets the first second of its minute; arrival decides the order within it.
"""

from domain.match_clock import PERIOD_LENGTH_SECONDS, PERIOD_START_SECONDS
from domain.match_event import SHOOT_OUT_PERIOD

MAX_CLOCK_SECONDS = 9_999.0
_LAST_MINUTES = {
    period: int((PERIOD_START_SECONDS[period] + length) // 60)
    for period, length in PERIOD_LENGTH_SECONDS.items()
    if period != SHOOT_OUT_PERIOD
}


def period_of_minute(minute: int, begun: tuple[int, ...] = ()) -> int:
    """Return the period of a minute of the match clock, among those that have begun where they are known."""
    period = next((each for each, last in _LAST_MINUTES.items() if minute <= last), max(_LAST_MINUTES))
    played = [each for each in begun if each != SHOOT_OUT_PERIOD]
    return min(period, max(played)) if played else period


def clock_of_minute(minute: int, added: int | None, period: int) -> float:
    """Return the clock in a period of a minute of the match clock, with the minutes that were added to it."""
    counted = minute + max(added or 0, 0)
    seconds = (counted - 1) * 60.0 - PERIOD_START_SECONDS[period]
    return min(max(seconds, 0.0), MAX_CLOCK_SECONDS)


def at_minute(minute: int, added: int | None, begun: tuple[int, ...] = ()) -> tuple[int, float]:
    """Return the period and the clock of a minute such as 45+2."""
    period = period_of_minute(minute, begun)
    return period, clock_of_minute(minute, added, period)


def kick_clock(number: int) -> float:
    """Return the clock of a kick of the shoot-out, which has no clock: a minute for each, from 1."""
    return min(60.0 * number, MAX_CLOCK_SECONDS)
