"""The signals that one document leads to."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.match_event import MatchEvent, MatchEventType
from domain.signal import Signal, SignalKind

END_OF_MINUTE_SECONDS = 59.0


class Outgoing:
    """Collects the signals of one poll, each a millisecond after the one before.

    An entry occurred at the end of its minute at the latest, where the provider says when its period began;
    otherwise, as every correction, when it was polled.
    """

    def __init__(
        self, match_id: str, source: str, at: datetime, period_starts: Mapping[int, datetime]
    ) -> None:
        self._match_id = match_id
        self._source = source
        self._at = at
        self._period_starts = period_starts
        self._signals: list[Signal] = []

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Return the signals in the order in which they must be sent."""
        return tuple(self._signals)

    @property
    def at(self) -> datetime:
        """Return the time of the next signal."""
        return self._at + timedelta(milliseconds=len(self._signals))

    def send(self, match_event: MatchEvent, *, is_correction: bool = False) -> None:
        """Add a signal of an entry, or of what corrects one."""
        started_at = self._period_starts.get(match_event.period)
        occurred_at = self.at
        if started_at is not None and not is_correction:
            within = 0.0 if match_event.type is MatchEventType.PERIOD_START else END_OF_MINUTE_SECONDS
            by = started_at + timedelta(seconds=match_event.clock_seconds + within)
            occurred_at = min(occurred_at, by)
        version = "" if match_event.revision is None else f"-r{match_event.revision}"
        self._signals.append(
            Signal(
                id=f"{match_event.id}{version}",
                match_id=self._match_id,
                source=self._source,
                kind=SignalKind.MATCH_EVENT,
                occurred_at=occurred_at,
                match_event=match_event,
            )
        )
