"""Ends subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.validation import Reader
from lambdas.logic.messages import acknowledgement
from lambdas.logic.ports.connections import ConnectionStore


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeService:
    """Ends the subscription of a connection to a match."""

    connections: ConnectionStore

    def unsubscribe(
        self, connection_id: str, message: Mapping[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        """End a subscription; idempotent."""
        match_id = Reader(message).text("matchId", max_length=100)
        self.connections.unsubscribe(match_id, connection_id)
        return acknowledgement("unsubscribe", request_id=request_id, match_id=match_id)
