"""An entry of the feed as the detector keeps it: what happened, and which signal said so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.match_event import MatchEvent, MatchEventType
from domain.signal import Signal
from domain.validation import Reader, format_instant

_FIRST_OF_A_SECOND = {
    MatchEventType.PERIOD_START: 0,
    MatchEventType.PENALTY_AWARDED: 1,
    MatchEventType.GOAL_CANCELLED: 4,
    MatchEventType.SCORER_CHANGED: 4,
    MatchEventType.SCORE_CORRECTION: 5,
    MatchEventType.PERIOD_END: 6,
    MatchEventType.MATCH_END: 7,
}
_ORDINARY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A feed entry that matters, with the signal that brought it."""

    signal_id: str
    occurred_at: datetime
    media_time: datetime | None
    match_event: MatchEvent

    @property
    def order(self) -> tuple[int, float, int, str]:
        """Position in play; entries of the same second in the order in which they make sense."""
        rank = _FIRST_OF_A_SECOND.get(self.match_event.type, _ORDINARY)
        return (self.match_event.period, self.match_event.clock_seconds, rank, self.signal_id)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form; the inverse of `from_dict`."""
        return {
            "signal_id": self.signal_id,
            "occurred_at": format_instant(self.occurred_at),
            "media_time": self.media_time and format_instant(self.media_time),
            "match_event": self.match_event.to_dict(),
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Entry":
        """Read an entry from a detector's state."""
        reader = Reader(value, path)
        return Entry(
            signal_id=reader.text("signal_id"),
            occurred_at=reader.instant("occurred_at"),
            media_time=reader.instant("media_time") if reader.has("media_time") else None,
            match_event=reader.nested("match_event", MatchEvent.from_dict),
        )

    @staticmethod
    def of(signal: Signal, match_event: MatchEvent) -> "Entry":
        """The entry that a signal carries."""
        return Entry(
            signal_id=signal.id,
            occurred_at=signal.occurred_at,
            media_time=signal.media_time,
            match_event=match_event,
        )
