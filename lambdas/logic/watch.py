"""Lets operators watch a match: the match log so far, then each change."""

from collections.abc import Mapping
from dataclasses import dataclass
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
from lambdas.logic.operator_guard import REFUSED_MATCH_ID, OperatorGuard
from lambdas.logic.ports.catalogue import Catalogue
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.operators import AuditLog, DeadLetterCounts, MatchLog, WatcherStore
from lambdas.logic.subscribe import CONNECTION_LIFE

MAX_MOMENTS, MAX_CROWD, MAX_DISPATCHES, MAX_AUDIT_LINES, MAX_REFUSED_CLIENTS = 200, 400, 60, 100, 20


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

        The watcher is stored before the log is read: an entry may be sent twice, and replaces itself.
        """
        self.guard.require_operator(authorizer, "watch")
        match_id = Reader(message).text("matchId", max_length=100)
        match, _, _ = self.matches.match_state(match_id)
        if match is None:
            raise unknown_match(match_id)
        self.watchers.add_watcher(match_id, connection_id, self.clock() + CONNECTION_LIFE)
        self.feed.send_entries(match_id, [connection_id], self._snapshot(match), snapshot=True)
        return acknowledgement("watch", request_id=request_id, match_id=match_id)

    def _snapshot(self, match: Match) -> list[Entry]:
        _, context, controls = self.matches.match_state(match.id)
        audit_lines = [
            *self.audit.newest_lines(match.id, MAX_AUDIT_LINES),
            *self.audit.newest_lines(REFUSED_MATCH_ID, MAX_REFUSED_CLIENTS),
        ]
        return [
            match_entry(match),
            *([context_entry(context, {})] if context else []),
            controls_entry(controls, match),
            *self._log_entries(match.id, "moment", MAX_MOMENTS),
            *self._dispatches(match.id),
            *map(audit_entry, audit_lines),
            dead_letters_entry(self.dead_letters.counts(), format_instant(self.clock())),
            *components_entries(self.catalogue.components().values()),
            *self._log_entries(match.id, "crowd", MAX_CROWD),
        ]

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
