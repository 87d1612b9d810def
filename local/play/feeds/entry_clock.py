"""The period of an entry and its second in it, corrected where a file or kloppy counts differently."""

from collections.abc import Sequence

from kloppy.domain import Event, Period

from domain.match_clock import PERIOD_START_SECONDS
from domain.match_event import FIRST_PERIOD
from local.play.feeds.provider_entries import period_in_entry

WHOLE_MATCH_CLOCK = 0.8
"""If a later period's first entry is at this fraction of the period's start, it uses the match clock."""


class EntryClock:
    """Gives the period and the clock of each entry of one match.

    kloppy numbers Sportec's periods by their kick-offs, but not every cup has extra time before its
    shoot-out, so the entry's own period counts. Some files, such as Metrica's, count a later period from the
    match's kick-off; then the clock starts at the period's first entry.
    """

    def __init__(self, provider: str, events: Sequence[Event]) -> None:
        self._named: dict[int, int] = {}
        earliest: dict[int, float] = {}
        for event in events:
            counted, seconds = event.period.id, event.timestamp.total_seconds()
            named = period_in_entry(provider, event)
            if named is not None:
                self._named[counted] = named
            earliest[counted] = min(earliest.get(counted, seconds), seconds)
        self._starts = {
            counted: seconds
            for counted, seconds in earliest.items()
            if counted > FIRST_PERIOD
            and seconds >= WHOLE_MATCH_CLOCK * PERIOD_START_SECONDS.get(counted, seconds)
        }

    def period_of(self, period: Period) -> int:
        """Return the period: 1 to 5, or any other number in the file."""
        counted: int = period.id
        return self._named.get(counted, counted)

    def seconds_of(self, event: Event) -> float:
        """Return the seconds since the start of the period."""
        since_start: float = event.timestamp.total_seconds()
        return round(since_start - self._starts.get(event.period.id, 0.0), 3)
