"""An entry of the feed: its versions, the corrections that name it, and its place in the order of play."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any

from domain.match_event import WITHDRAWALS, MatchEvent, MatchEventType
from domain.signal import Signal
from domain.validation import Reader, format_instant

EntryKey = tuple[str, str]
"""What identifies an entry in its match: the source, and the provider's id."""
PlayOrder = tuple[int, float, int, float, int]

MAX_VERSIONS = 8
"""Versions of an entry that are kept: the first, and the last ones."""

_RANK_WITHIN_A_SECOND: Mapping[MatchEventType, int] = {
    MatchEventType.PERIOD_START: 0,
    MatchEventType.PENALTY_AWARDED: 1,
    **dict.fromkeys(WITHDRAWALS, 3),
    MatchEventType.SCORER_CHANGED: 3,
    MatchEventType.SCORE_CORRECTION: 4,
    MatchEventType.PERIOD_END: 5,
    MatchEventType.MATCH_END: 6,
}
_DEFAULT_RANK = 2
_LAST_OF_A_PERIOD = frozenset({MatchEventType.PERIOD_END, MatchEventType.MATCH_END})


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one signal said of an entry; `arrival` numbers the signals of a match that were kept."""

    arrival: int
    signal_id: str
    occurred_at: datetime
    media_time: datetime | None
    match_event: MatchEvent

    @staticmethod
    def of(signal: Signal, match_event: MatchEvent, arrival: int) -> "Version":
        """Return the version that a signal carries."""
        return Version(
            arrival=arrival,
            signal_id=signal.id,
            occurred_at=signal.occurred_at,
            media_time=signal.media_time,
            match_event=match_event,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form; the inverse of `from_dict`."""
        return {
            "arrival": self.arrival,
            "signal_id": self.signal_id,
            "occurred_at": format_instant(self.occurred_at),
            "media_time": self.media_time and format_instant(self.media_time),
            "match_event": self.match_event.to_dict(),
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Version":
        """Read a version from a detector's state."""
        reader = Reader(value, path)
        return Version(
            arrival=reader.integer("arrival", minimum=0),
            signal_id=reader.text("signal_id"),
            occurred_at=reader.instant("occurred_at"),
            media_time=reader.optional(reader.instant, "media_time"),
            match_event=reader.nested("match_event", MatchEvent.from_dict),
        )


@dataclass(slots=True, kw_only=True, eq=False)
class Entry:
    """A feed entry that is kept.

    `name` identifies the entry in the ids of moments. `place` is the arrival number that orders it among the
    entries of its second. `target` is the entry that a correction names, once that has come, and
    `applied_at` the arrival number from which it applies: that of its current version, or a later one if it
    waited. `corrections` are those that name this entry.
    """

    key: EntryKey
    name: str
    place: int
    applied_at: int
    revision: int | None
    versions: list[Version]
    target: "Entry | None" = None
    corrections: list["Entry"] = field(default_factory=list)

    @property
    def current(self) -> Version:
        """Return the last version that arrived."""
        return self.versions[-1]

    @property
    def arrival(self) -> int:
        """Return the number of the signal that brought the current version."""
        return self.versions[-1].arrival

    @property
    def match_event(self) -> MatchEvent:
        """Return what the current version says."""
        return self.versions[-1].match_event

    @property
    def occurred_at(self) -> datetime:
        """Return when it occurred: the time of the first version with the current position in play.

        The time of a later version may be that of the amendment.
        """
        order = self.match_event.order
        return next(each.occurred_at for each in self.versions if each.match_event.order == order)

    @property
    def first_occurred_at(self) -> datetime:
        """Return the time of the first version, which no amendment changes."""
        return self.versions[0].occurred_at

    @property
    def order(self) -> PlayOrder:
        """Return the position in play: by period, second, rank within the second, and arrival.

        The whistles that end a period come after all its entries, even one whose clock was rounded up.
        """
        match_event = self.match_event
        seconds = match_event.clock_seconds
        rank = _RANK_WITHIN_A_SECOND.get(match_event.type, _DEFAULT_RANK)
        last = match_event.type in _LAST_OF_A_PERIOD
        return (match_event.period, inf if last else seconds, rank, seconds if last else 0.0, self.place)

    @property
    def withdrawals(self) -> list["Entry"]:
        """Return the withdrawals of this entry that count: none of them is withdrawn itself."""
        return [
            correction
            for correction in self.corrections
            if correction.match_event.type in WITHDRAWALS and not correction.is_withdrawn
        ]

    @property
    def is_withdrawn(self) -> bool:
        """True if a withdrawal came after the current version."""
        return any(
            correction.applied_at > self.arrival
            and correction.match_event.type in WITHDRAWALS
            and not correction.is_withdrawn
            for correction in self.corrections
        )

    @property
    def scorer_change(self) -> "Entry | None":
        """Return the last change of the scorer since the current version; None if there is none."""
        changes = [
            correction
            for correction in self.corrections
            if correction.match_event.type is MatchEventType.SCORER_CHANGED
            and correction.applied_at > self.arrival
            and not correction.is_withdrawn
        ]
        return max(changes, key=lambda change: change.applied_at, default=None)

    def amend(self, version: Version) -> None:
        """Add a version; it keeps the place of the entry in its second unless it changes the time."""
        if version.match_event.order != self.match_event.order:
            self.place = version.arrival
        self.applied_at = version.arrival
        self.versions.append(version)
        if len(self.versions) > MAX_VERSIONS:
            del self.versions[1]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form; the links between entries travel as keys."""
        return {
            "key": list(self.key),
            "name": self.name,
            "place": self.place,
            "applied_at": self.applied_at,
            "revision": self.revision,
            "target": list(self.target.key) if self.target else None,
            "versions": [version.to_dict() for version in self.versions],
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Entry":
        """Read an entry from a detector's state; the log links it to the entry that it names."""
        reader = Reader(value, path)
        source, entry_id = reader.raw("key")
        return Entry(
            key=(str(source), str(entry_id)),
            name=reader.text("name"),
            place=reader.integer("place", minimum=0),
            applied_at=reader.integer("applied_at", minimum=0),
            revision=reader.optional(reader.integer, "revision"),
            versions=list(reader.items("versions", Version.from_dict, maximum=MAX_VERSIONS)),
        )
