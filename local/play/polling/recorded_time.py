"""When a recorded document was polled, by the match clock: recordings say nothing of it."""

from datetime import datetime, timedelta

from domain.match_clock import PERIOD_START_SECONDS
from polled_feed.snapshot import PolledMatch

BREAK_SECONDS = 900.0
BETWEEN_DOCUMENTS = timedelta(seconds=30)


def recorded_time(polled: PolledMatch, previous: datetime | None) -> datetime:
    """Return a time after that of the document before; by the match clock where the document has one."""
    found = polled.match.kick_off
    if polled.minute is not None:
        period, clock_seconds = polled.minute
        since_kick_off = PERIOD_START_SECONDS[period] + BREAK_SECONDS * (period - 1)
        begun = polled.period_starts.get(period, found + timedelta(seconds=since_kick_off))
        found = begun + timedelta(seconds=clock_seconds)
    return found if previous is None else max(found, previous + BETWEEN_DOCUMENTS)
