"""Sends `night` messages, the entries of the match log, to operators who watch a match."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from domain.batches import batches
from domain.validation import format_instant
from lambdas.logic.match_log_entries import Entry
from lambdas.logic.paced_poster import Messages, PacedPoster
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.operators import WatcherStore

MAX_MESSAGE_BYTES = 24_000
"""Well below API Gateway's limit of 32 KB per frame."""
LONGEST_WAIT = timedelta(seconds=5)
"""How long a message waits at most for the account's rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFeed:
    """Posts entries to operators' connections."""

    watchers: WatcherStore
    poster: PacedPoster
    clock: Clock

    def publish(self, match_id: str, entries: Iterable[Entry]) -> None:
        """Send entries to every operator who watches the match; remove closed connections."""
        connection_ids = self.watchers.watchers(match_id, self.clock())
        if connection_ids:
            self.send_entries(match_id, connection_ids, entries, snapshot=False)

    def send_entries(
        self, match_id: str, connection_ids: Iterable[str], entries: Iterable[Entry], *, snapshot: bool
    ) -> None:
        """Send entries to these connections, in as many messages as needed."""
        ids = list(connection_ids)
        for batch in batches(entries, size=lambda entry: len(_json(entry)), max_size=MAX_MESSAGE_BYTES):
            message = {
                "type": "night",
                "matchId": match_id,
                "sentAt": format_instant(self.clock()),
                "snapshot": snapshot,
                "entries": batch,
            }
            outcome = self.poster.post(
                ids, _same_message(_json(message)), deadline=self.clock() + LONGEST_WAIT
            )
            for gone in outcome.gone:
                self.watchers.remove_watcher(match_id, gone)


def _same_message(body: bytes) -> Messages:
    return lambda connection_ids: ((connection_id, body) for connection_id in connection_ids)


def _json(value: object) -> bytes:
    # A lone surrogate in one stored text must not keep the other entries from operators.
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")
