"""An entry that was sent, as the state of a polled feed keeps it."""

from dataclasses import dataclass
from typing import Any

from domain.match_event import MatchEvent
from domain.validation import Reader


@dataclass(slots=True, kw_only=True)
class KnownEntry:
    """What was last sent of an entry. `withdrawn_by` is the type of its withdrawal, if it has one."""

    match_event: MatchEvent
    other_player: str | None = None
    given_id: str | None = None
    withdrawn_by: str | None = None

    @property
    def id(self) -> str:
        """Return the id of the entry in every version of it."""
        return self.match_event.id

    @property
    def revision(self) -> int:
        """Return the number of the last word on the entry."""
        return self.match_event.revision or 0

    @property
    def stands(self) -> bool:
        """True if the entry is not withdrawn."""
        return self.withdrawn_by is None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form; the inverse of `from_dict`."""
        return {
            "match_event": self.match_event.to_dict(),
            "other_player": self.other_player,
            "given_id": self.given_id,
            "withdrawn_by": self.withdrawn_by,
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "KnownEntry":
        """Read an entry from the state; raises InvalidFieldError."""
        reader = Reader(value, path)
        return KnownEntry(
            match_event=reader.nested("match_event", MatchEvent.from_dict),
            other_player=reader.optional(reader.text, "other_player"),
            given_id=reader.optional(reader.text, "given_id"),
            withdrawn_by=reader.optional(reader.text, "withdrawn_by"),
        )
