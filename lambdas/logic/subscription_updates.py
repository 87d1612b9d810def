"""Ends subscriptions, and keeps the position of the subscriber's player up to date."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.validation import Reader
from lambdas.logic.errors import not_subscribed
from lambdas.logic.messages import acknowledgement
from lambdas.logic.ports.connections import ConnectionStore

MAX_LATENCY_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionUpdates:
    """Changes a connection's subscriptions."""

    connections: ConnectionStore

    def unsubscribe(
        self, connection_id: str, message: Mapping[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        """End a subscription; idempotent."""
        match_id = Reader(message).text("matchId", max_length=100)
        self.connections.unsubscribe(match_id, connection_id)
        return acknowledgement("unsubscribe", request_id=request_id, match_id=match_id)

    def sync(self, connection_id: str, message: Mapping[str, Any], request_id: str | None) -> dict[str, Any]:
        """Store the player's position and its latency behind the live edge."""
        reader = Reader(message)
        match_id = reader.text("matchId", max_length=100)
        playhead = reader.instant("playhead")
        latency_ms = reader.integer("latencyMs", minimum=0, maximum=MAX_LATENCY_MS)
        if not self.connections.record_playhead(match_id, connection_id, playhead, latency_ms):
            raise not_subscribed(match_id)
        return acknowledgement("sync", request_id=request_id, match_id=match_id)
