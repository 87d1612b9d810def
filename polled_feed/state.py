"""What a polled feed remembers between documents, in JSON-safe form, so that a poller can be restarted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.validation import Reader
from polled_feed.known_entry import KnownEntry

VERSION = 1
MAX_ENTRIES = 2_000


@dataclass(slots=True, kw_only=True)
class FeedState:
    """The entries that were sent, the statement of the score, and the position in play.

    `statement_basis` is what the statement was made of: the score, and the goals that stood.
    `was_empty` is true if the last document had an empty list of entries.
    """

    entries: dict[str, KnownEntry] = field(default_factory=dict)
    statement: KnownEntry | None = None
    statement_basis: str | None = None
    tick: tuple[int, float] = (0, 0.0)
    last_at: datetime | None = None
    was_empty: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form; the inverse of `from_dict`."""
        return {
            "version": VERSION,
            "entries": [entry.to_dict() for entry in self.entries.values()],
            "statement": self.statement and self.statement.to_dict(),
            "statement_basis": self.statement_basis,
            "tick": {"period": self.tick[0], "clock_seconds": self.tick[1]},
            "last_at": self.last_at and self.last_at.isoformat(),
            "was_empty": self.was_empty,
        }

    @staticmethod
    def from_dict(value: Mapping[str, Any]) -> "FeedState":
        """Read the state; raises InvalidFieldError that names the first wrong field."""
        reader = Reader(value, "state")
        reader.integer("version", minimum=VERSION, maximum=VERSION)
        entries = reader.items("entries", KnownEntry.from_dict, maximum=MAX_ENTRIES)
        tick = Reader(reader.mapping("tick"), "state.tick")
        return FeedState(
            entries={entry.id: entry for entry in entries},
            statement=reader.optional(reader.nested, "statement", KnownEntry.from_dict),
            statement_basis=reader.optional(reader.text, "statement_basis", max_length=1_000_000),
            tick=(tick.integer("period", minimum=0), tick.number("clock_seconds", minimum=0)),
            last_at=reader.optional(reader.instant, "last_at"),
            was_empty=reader.boolean("was_empty"),
        )
