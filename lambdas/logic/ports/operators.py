"""What the control room writes and reads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from domain.audit import AuditEntry
from domain.moment import Moment


class MomentTopic(Protocol):
    """The topic of moments."""

    def publish(self, moment: Moment) -> None:
        """Publish a moment."""


class OperatorDirectory(Protocol):
    """Who is an operator now, whatever a token said when it was made."""

    def includes(self, username: str) -> bool:
        """True if the user is an operator now."""


class AuditLog(Protocol):
    """Operators' requests and their outcomes; append-only."""

    def add_line(self, entry: AuditEntry) -> AuditEntry | None:
        """Add a line; if the request already has one of this kind, return that one and change nothing."""

    def outcome_of(self, asked: AuditEntry) -> AuditEntry | None:
        """Return the outcome of a request; None if it has none yet."""

    def newest_lines(
        self, match_id: str, limit: int, *, until: datetime | None = None
    ) -> Sequence[AuditEntry]:
        """Return the newest lines of a match, newest first; only lines up to `until`, if given."""


class MatchLogWriter(Protocol):
    """Writes the match log: what operators can see of a match."""

    def add_entry(self, match_id: str, key: str, entry: Mapping[str, Any]) -> None:
        """Write an entry; an entry of the same kind and key is replaced."""


class MatchLog(MatchLogWriter, Protocol):
    """Writes and reads the match log."""

    def newest_entries(self, match_id: str, kind: str, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return the newest entries of a kind in order of their keys, newest first."""


class WatcherStore(Protocol):
    """Operators' connections that watch a match."""

    def add_watcher(self, match_id: str, connection_id: str, expires_at: datetime) -> None:
        """Add a watcher; idempotent."""

    def watchers(self, match_id: str, now: datetime) -> Sequence[str]:
        """Return the connections that watch a match."""

    def remove_watcher(self, match_id: str, connection_id: str) -> None:
        """Remove a watcher."""


class DeadLetterCounts(Protocol):
    """Sizes of the dead-letter queues."""

    def counts(self) -> Mapping[str, int]:
        """Return the number of waiting records by queue name."""
