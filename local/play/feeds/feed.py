"""A feed: one match and its provider's entries, as signals."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.match import Match, Player, Stage, Team, Venue
from domain.match_event import MatchEvent
from domain.signal import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A match and its signals in the order of play; `other_entries` counts the entry types read as OTHER."""

    match: Match
    signals: tuple[Signal, ...]
    other_entries: Mapping[str, int]

    def numbered(self, number: int) -> "Feed":
        """Return the same match under ids of its own, which a system takes for another match."""
        match = replace(self.match, id=f"{self.match.id}-{number}")
        signals = (replace(signal, id=f"{signal.id}-{number}", match_id=match.id) for signal in self.signals)
        return replace(self, match=match, signals=tuple(signals))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """What an event feed does not say about its match: competition, stage, venue and kick-off."""

    kick_off: datetime | None = None
    competition: str | None = None
    stage: Stage = Stage.LEAGUE
    venue: Venue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """The content of a provider's file: entries with match clocks, not yet with times."""

    match_id: str
    home: Team
    away: Team
    match_events: tuple[MatchEvent, ...]
    line_ups: tuple[Player, ...] = ()
    kick_off: datetime | None = None
    competition: str | None = None
    period_starts: Mapping[int, datetime] = field(default_factory=dict)
    other_entries: Mapping[str, int] = field(default_factory=dict)
