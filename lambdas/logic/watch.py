"""Lets operators watch a match: the match log so far, then each change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.match import Match
from domain.validation import Reader, format_instant
from lambdas.logic.errors import unknown_match
from lambdas.logic.match_log_entries import (
    Entry,
    audit_entry,
    components_entries,
    context_entry,
    controls_entry,
    dead_letters_entry,
    match_entry,
)
from lambdas.logic.messages import acknowledgement
from lambdas.logic.operator_feed import OperatorFeed
from lambdas.logic.operator_guard import OperatorGuard
from lambdas.logic.ports.catalogue import Catalogue
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.operators import AuditLog, DeadLetterCounts, MatchLog, WatcherStore

WATCH_LEASE = timedelta(seconds=60)
"""How long changes are sent after a `watch`, which checks the operator; the page repeats it each 20 s."""
MAX_MOMENTS, MAX_CROWD, MAX_DISPATCHES, AUDIT_PAGE = 200, 400, 60, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchService:
    """Subscribes operators to a match's log."""

    guard: OperatorGuard
    watchers: WatcherStore
    matches: MatchStore
    catalogue: Catalogue
    match_log: MatchLog
    audit: AuditLog
    dead_letters: DeadLetterCounts
    feed: OperatorFeed
    clock: Clock

    def watch(
        self,
        authorizer: Mapping[str, Any],
        connection_id: str,
        message: Mapping[str, Any],
        request_id: str | None,
    ) -> dict[str, Any]:
        """Send the match log so far and acknowledge; no entry is lost in between.

        With `auditUntil`, send one page of the audit log instead: the newest lines up to that instant.

        The watcher is stored before the log is read: an entry may be sent twice, and replaces itself.
        """
        self.guard.require_operator(authorizer)
        reader = Reader(message)
        match_id = reader.text("matchId", max_length=100)
        audit_until = reader.optional(reader.instant, "auditUntil")
        match, _, _ = self.matches.match_state(match_id)
        if match is None:
            raise unknown_match(match_id)
        if audit_until is None:
            self.watchers.add_watcher(match_id, connection_id, self.clock() + WATCH_LEASE)
            entries = self._snapshot(match)
        else:
            entries = self._audit_page(match_id, audit_until)
        self.feed.send_entries(match_id, [connection_id], entries, snapshot=True)
        return acknowledgement("watch", request_id=request_id, match_id=match_id)

    def _snapshot(self, match: Match) -> list[Entry]:
        _, context, controls = self.matches.match_state(match.id)
        return [
            match_entry(match),
            *([context_entry(context, {})] if context else []),
            controls_entry(controls, match),
            *self._log_entries(match.id, "moment", MAX_MOMENTS),
            *self._dispatches(match.id),
            *self._audit_page(match.id),
            dead_letters_entry(self.dead_letters.counts(), format_instant(self.clock())),
            *components_entries(self.catalogue.components().values()),
            *self._log_entries(match.id, "crowd", MAX_CROWD),
        ]

    def _audit_page(self, match_id: str, until: datetime | None = None) -> list[Entry]:
        return [audit_entry(line) for line in self.audit.newest_lines(match_id, AUDIT_PAGE, until=until)]

    def _dispatches(self, match_id: str) -> list[Entry]:
        """Return the newest dispatches; only those of the newest version keep their audiences."""
        dispatches = self._log_entries(match_id, "dispatch", MAX_DISPATCHES)
        newest = max((entry["version"] for entry in dispatches), default=0)
        for entry in dispatches:
            if entry["version"] != newest:
                entry["cohorts"] = []
        return dispatches

    def _log_entries(self, match_id: str, kind: str, limit: int) -> list[Entry]:
        return [dict(entry) for entry in self.match_log.newest_entries(match_id, kind, limit)]
