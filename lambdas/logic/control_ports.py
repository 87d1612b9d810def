"""The capabilities that the control room asks of the world, beside those of `ports`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from domain.audit import AuditEntry
from domain.moment import Moment


class MomentTopic(Protocol):
    """The topic of the moments."""

    def publish(self, moment: Moment) -> None:
        """Publish a moment."""


class AuditLog(Protocol):
    """What operators asked for and what became of it; only ever added to."""

    def add_line(self, entry: AuditEntry) -> AuditEntry | None:
        """Add a line; the line that is already there if the operator's request has one of this outcome."""

    def outcome_of(self, asked: AuditEntry) -> AuditEntry | None:
        """What became of an operation; None if nobody noted it yet."""

    def newest_lines(self, match_id: str, limit: int) -> Sequence[AuditEntry]:
        """The newest lines of a match, newest first."""


class MatchLogWriter(Protocol):
    """Where what an operator may want to see of a match is kept for the night."""

    def add_entry(self, match_id: str, key: str, entry: Mapping[str, Any]) -> None:
        """Keep an entry under its key; the same key again replaces it."""


class MatchLog(MatchLogWriter, Protocol):
    """What was kept of a match."""

    def newest_entries(self, match_id: str, kind: str, limit: int) -> Sequence[Mapping[str, Any]]:
        """The newest entries of a kind, by their keys, newest first."""


class WatcherStore(Protocol):
    """Operators' connections that watch a match."""

    def add_watcher(self, match_id: str, connection_id: str, expires_at: datetime) -> None:
        """Remember a watcher; doing so twice is no error."""

    def watchers(self, match_id: str, now: datetime) -> Sequence[str]:
        """The connections that watch a match."""

    def remove_watcher(self, match_id: str, connection_id: str) -> None:
        """A watcher is gone."""


class DeadLetterCounts(Protocol):
    """How many records wait to be looked at."""

    def counts(self) -> Mapping[str, int]:
        """Waiting records by the place where they wait."""
