"""Operators who watch a match: the night so far, and then each thing as it happens."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.match import Match
from domain.validation import Reader, format_instant
from lambdas.logic.control_ports import AuditLog, DeadLetterCounts, MatchLog, WatcherStore
from lambdas.logic.control_room import REFUSALS, OperatorGuard
from lambdas.logic.match_log_entries import (
    Entry,
    audit_entry,
    components_entry,
    context_entry,
    controls_entry,
    dead_letters_entry,
    match_entry,
    portions,
)
from lambdas.logic.messages import acknowledgement
from lambdas.logic.ports import Catalogue, Clock, ConnectionPoster, MatchStore
from lambdas.logic.subscriptions import CONNECTION_LIFE, unknown_match

PORTION_BYTES = 24_000
"""Far below the 32 KB of a frame."""
MOMENTS, CROWD, DISPATCHES, AUDITED, TURNED_AWAY = 200, 400, 60, 100, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFeed:
    """Sends `night` messages to those who watch a match."""

    watchers: WatcherStore
    poster: ConnectionPoster
    clock: Clock

    def publish(self, match_id: str, entries: Iterable[Entry]) -> None:
        """Send entries to everybody who watches; a watcher who is gone is forgotten."""
        watching = self.watchers.watchers(match_id, self.clock())
        if watching:
            self.send_entries(match_id, watching, entries, snapshot=False)

    def send_entries(
        self, match_id: str, connection_ids: Iterable[str], entries: Iterable[Entry], *, snapshot: bool
    ) -> None:
        """Send entries to these connections, in as many messages as it takes."""
        ids = list(connection_ids)
        for portion in portions(entries, lambda entry: len(_json(entry)), PORTION_BYTES):
            message = {
                "type": "night",
                "matchId": match_id,
                "sentAt": format_instant(self.clock()),
                "snapshot": snapshot,
                "entries": portion,
            }
            body = _json(message)
            for gone in self.poster.post((connection_id, body) for connection_id in ids).gone:
                self.watchers.remove_watcher(match_id, gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchService:
    """Lets operators watch."""

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
        """Watch a match; the night so far is sent before the acknowledgement, and nothing is lost between.

        The watcher is remembered before the night is read: what happens meanwhile may come twice, and an
        entry that comes again replaces itself.
        """
        self.guard.require_operator(authorizer, "watch")
        match_id = Reader(message).text("matchId", max_length=100)
        match, _, _ = self.matches.match_state(match_id)
        if match is None:
            raise unknown_match(match_id)
        self.watchers.add_watcher(match_id, connection_id, self.clock() + CONNECTION_LIFE)
        self.feed.send_entries(match_id, [connection_id], self._night(match), snapshot=True)
        return acknowledgement("watch", request_id=request_id, match_id=match_id)

    def _night(self, match: Match) -> list[Entry]:
        _, context, controls = self.matches.match_state(match.id)
        dispatches = [
            dict(entry) for entry in self.match_log.newest_entries(match.id, "dispatch", DISPATCHES)
        ]
        newest = max((entry["version"] for entry in dispatches), default=0)
        for entry in dispatches:
            if entry["version"] != newest:
                entry["cohorts"] = []
        audited = [
            *self.audit.newest_lines(match.id, AUDITED),
            *self.audit.newest_lines(REFUSALS, TURNED_AWAY),
        ]
        return [
            match_entry(match),
            *([context_entry(context, {})] if context else []),
            controls_entry(controls, match),
            *map(dict, self.match_log.newest_entries(match.id, "moment", MOMENTS)),
            *dispatches,
            *(audit_entry(entry) for entry in audited),
            dead_letters_entry(self.dead_letters.counts(), format_instant(self.clock())),
            components_entry(self.catalogue.components().values()),
            *map(dict, self.match_log.newest_entries(match.id, "crowd", CROWD)),
        ]


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
