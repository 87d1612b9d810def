"""A feed: one match and what its provider says happened in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.match import Match, Player, Stage, Team, Venue
from domain.match_event import MatchEvent
from domain.signal import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A match and its signals in the order of play; `other_entries` counts the types let through as OTHER."""

    match: Match
    signals: tuple[Signal, ...]
    other_entries: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """What an event feed does not say of its match: occasion, ground and kick-off."""

    kick_off: datetime | None = None
    competition: str | None = None
    stage: Stage = Stage.LEAGUE
    venue: Venue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a provider's file holds, translated but not yet timed."""

    match_id: str
    home: Team
    away: Team
    match_events: tuple[MatchEvent, ...]
    line_ups: tuple[Player, ...] = ()
    kick_off: datetime | None = None
    competition: str | None = None
    period_starts: Mapping[int, datetime] = field(default_factory=dict)
    other_entries: Mapping[str, int] = field(default_factory=dict)
