"""What one document says of a match, in the same terms for every provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.match import Match, Score, Side
from domain.match_event import Card, MatchEventType


class Phase(StrEnum):
    """How far a match is, by its status."""

    NOT_STARTED = "not_started"
    IN_PLAY = "in_play"
    BREAK = "break"
    INTERRUPTED = "interrupted"
    """Suspended or interrupted: it may resume, and the status does not say in which period it is."""
    FINISHED = "finished"
    OFF = "off"
    """Postponed, cancelled, abandoned or awarded: nothing more is to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledEntry:
    """One entry of a document; `given_id` is the provider's id, which may change between documents."""

    type: MatchEventType
    period: int
    clock_seconds: float
    side: Side
    player: str | None = None
    other_player: str | None = None
    card: Card | None = None
    own_goal: bool = False
    penalty: bool = False
    scored: bool = False
    given_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """A video review that took an entry away: the last of its type and side up to its time."""

    type: MatchEventType
    period: int
    clock_seconds: float
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledMatch:
    """What one document says of a match.

    `periods` are those that have begun. `entries` is None if the document has no list of entries, which says
    nothing about them. `unread` counts by name what the document has and no entry was made of.
    """

    match: Match
    phase: Phase
    periods: tuple[int, ...]
    minute: tuple[int, float] | None = None
    """The period and the clock in it that the document shows."""
    score: Score | None = None
    entries: tuple[PolledEntry, ...] | None = None
    cancellations: tuple[Cancellation, ...] = ()
    period_starts: Mapping[int, datetime] = field(default_factory=dict)
    unread: Mapping[str, int] = field(default_factory=dict)
