"""In-memory fakes of the control room's ports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.audit import AuditEntry, Outcome
from domain.moment import Moment


@dataclass
class InMemoryOperatorDirectory:
    usernames: set[str] = field(default_factory=lambda: {"olga"})

    def includes(self, username: str) -> bool:
        return username in self.usernames


class InMemoryAuditLog:
    def __init__(self) -> None:
        self.lines: dict[tuple[str, str, str, bool], AuditEntry] = {}

    def add_line(self, entry: AuditEntry) -> AuditEntry | None:
        key = self._key(entry)
        if key in self.lines:
            return self.lines[key]
        self.lines[key] = entry
        return None

    def outcome_of(self, asked: AuditEntry) -> AuditEntry | None:
        return self.lines.get(self._key(asked.with_outcome(Outcome.DONE, asked.at)))

    def newest_lines(
        self, match_id: str, limit: int, *, until: datetime | None = None
    ) -> Sequence[AuditEntry]:
        lines = [line for line in reversed(self.lines.values()) if line.match_id == match_id]
        return [line for line in lines if until is None or line.at <= until][:limit]

    @staticmethod
    def _key(entry: AuditEntry) -> tuple[str, str, str, bool]:
        return entry.match_id, entry.who.id, entry.request_id, entry.outcome is Outcome.ASKED


@dataclass
class InMemoryMomentTopic:
    moments: list[Moment] = field(default_factory=list)

    def publish(self, moment: Moment) -> None:
        self.moments.append(moment)


class InMemoryMatchLog:
    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], Mapping[str, Any]] = {}

    def add_entry(self, match_id: str, key: str, entry: Mapping[str, Any]) -> None:
        self.entries[match_id, f"{entry['kind']}#{key}"] = entry

    def newest_entries(self, match_id: str, kind: str, limit: int) -> Sequence[Mapping[str, Any]]:
        keys = sorted(key for match, key in self.entries if match == match_id and key.startswith(f"{kind}#"))
        return [self.entries[match_id, key] for key in reversed(keys)][:limit]
