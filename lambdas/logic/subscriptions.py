"""What a viewer's app asks over the socket: to follow a match, to stop, to say where its player is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.cohort import ViewerTraits
from domain.context import MatchContext, initial_context
from domain.match import Match
from domain.subscription import Subscription
from domain.validation import Reader
from lambdas.logic.errors import ProtocolError
from lambdas.logic.messages import acknowledgement, components_message, stamped
from lambdas.logic.placing import Placing
from lambdas.logic.ports import Clock, ConnectionStore, MatchStore, Telemetry

CONNECTION_LIFE = timedelta(hours=2, minutes=5)
"""API Gateway closes a connection after two hours; the rest is for clocks that disagree."""
MAX_LATENCY_MS = 600_000


def not_subscribed(match_id: str) -> ProtocolError:
    """The error for a match that this connection does not follow."""
    return ProtocolError(
        "NOT_SUBSCRIBED",
        f"matchId: expected a match that this connection has subscribed to, got {match_id!r}",
        field="matchId",
        expected="a match that this connection has subscribed to",
    )


def unknown_match(match_id: str) -> ProtocolError:
    """The error for a match that nobody announced."""
    return ProtocolError(
        "UNKNOWN_MATCH",
        f"matchId: expected a match that is being streamed, got {match_id!r}",
        field="matchId",
        expected="a match that is being streamed",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribing:
    """Follows a match: the snapshot first, then the stream, and no version lost between the two."""

    connections: ConnectionStore
    matches: MatchStore
    placing: Placing
    telemetry: Telemetry
    clock: Clock

    def subscribe(
        self, connection_id: str, viewer: ViewerTraits, message: Mapping[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        """The snapshot of the match, or an acknowledgement if the app already shows the newest version.

        The subscription is written before the context is read for good: a version that is written later is
        dispatched to it, one that was written earlier is in the snapshot.
        """
        reader = Reader(message)
        match_id = reader.text("matchId", max_length=100)
        last_seen = reader.integer("lastVersion", minimum=0) if reader.has("lastVersion") else None
        match, context = self._state(match_id)
        subscription = Subscription(
            match_id=match_id,
            connection_id=connection_id,
            viewer=viewer,
            expires_at=self.clock() + CONNECTION_LIFE,
            last_version=context.version,
            exposures=self.connections.exposures(match_id, viewer.viewer_id),
        )
        self.connections.subscribe(subscription)
        match, newest = self._state(match_id)
        if newest.version != context.version:
            self.connections.snapshot_given(match_id, connection_id, newest.version)
        if last_seen == newest.version:
            return acknowledgement(
                "subscribe", request_id=request_id, match_id=match_id, version=newest.version
            )
        return self._snapshot(subscription, match, newest, request_id)

    def _state(self, match_id: str) -> tuple[Match, MatchContext]:
        match, context = self.matches.state(match_id)
        if match is None:
            raise unknown_match(match_id)
        return match, context or initial_context(match)

    def _snapshot(
        self, subscription: Subscription, match: Match, context: MatchContext, request_id: str | None
    ) -> dict[str, Any]:
        began_at = self.clock()
        _, answers = self.placing.answers(context, [subscription], {}, began_at)
        answer = next(iter(answers.values()))
        self.telemetry.count("Snapshots")
        self.telemetry.count("Rung" + answer.recommendation.rung.value.capitalize())
        message = components_message(
            context=context,
            match=match,
            placements=answer.choice.placements,
            alternatives=answer.choice.alternatives,
            rung=answer.recommendation.rung,
            snapshot=True,
        )
        if request_id is not None:
            message["requestId"] = request_id
        sent_at = self.clock()
        posted_at_ms = int(sent_at.timestamp() * 1000)
        return stamped(message, sent_at, {"recommendedAt": posted_at_ms, "postedAt": posted_at_ms})


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Keeps what a connection follows up to date."""

    connections: ConnectionStore

    def unsubscribe(
        self, connection_id: str, message: Mapping[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        """Stop following a match; doing so twice is no error."""
        match_id = Reader(message).text("matchId", max_length=100)
        self.connections.unsubscribe(match_id, connection_id)
        return acknowledgement("unsubscribe", request_id=request_id, match_id=match_id)

    def sync(self, connection_id: str, message: Mapping[str, Any], request_id: str | None) -> dict[str, Any]:
        """Remember where the app's player is and how far behind the live edge."""
        reader = Reader(message)
        match_id = reader.text("matchId", max_length=100)
        playhead = reader.instant("playhead")
        latency_ms = reader.integer("latencyMs", minimum=0, maximum=MAX_LATENCY_MS)
        if not self.connections.played(match_id, connection_id, playhead, latency_ms):
            raise not_subscribed(match_id)
        return acknowledgement("sync", request_id=request_id, match_id=match_id)
