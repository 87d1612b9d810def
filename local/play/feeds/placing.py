"""In which period an entry belongs, and at which second of it, where a file or kloppy has it otherwise."""

from collections.abc import Sequence

from kloppy.domain import Event, Period

from domain.match_clock import PERIOD_START_SECONDS
from domain.match_event import FIRST_PERIOD
from local.play.feeds.provider_entries import period_in_entry

WHOLE_MATCH_CLOCK = 0.8
"""A period's first entry this far into its nominal start can only be on the clock of the whole match."""


class Places:
    """Where the entries of one match belong.

    kloppy counts Sportec's kick-offs, and not every cup has extra time before its shoot-out. Some files
    count a later period from the match's kick-off (Metrica's, where the metadata are of another cut): then
    its first entry says when it began.
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
        self._begins = {
            counted: seconds
            for counted, seconds in earliest.items()
            if counted > FIRST_PERIOD
            and seconds >= WHOLE_MATCH_CLOCK * PERIOD_START_SECONDS.get(counted, seconds)
        }

    def period_of(self, period: Period) -> int:
        """The period as football counts it: 1 to 5, or whatever else the file says."""
        counted: int = period.id
        return self._named.get(counted, counted)

    def seconds_of(self, event: Event) -> float:
        """Seconds since the period began."""
        since_start: float = event.timestamp.total_seconds()
        return round(since_start - self._begins.get(event.period.id, 0.0), 3)
