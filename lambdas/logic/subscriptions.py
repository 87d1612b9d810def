"""What a viewer's app asks over the socket: to follow a match, to stop, to say where its player is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from domain.catching_up import versions_still_due
from domain.cohort import ViewerTraits
from domain.context import MatchContext, initial_context
from domain.controls import Controls
from domain.match import Match
from domain.metrics import Metric
from domain.subscription import Subscription
from domain.validation import Reader
from lambdas.logic.errors import ProtocolError
from lambdas.logic.messages import acknowledgement, components_message, stamped
from lambdas.logic.placement_finder import PlacementFinder
from lambdas.logic.ports import Clock, ConnectionStore, MatchStore, Telemetry

CONNECTION_LIFE = timedelta(hours=2, minutes=5)
"""API Gateway closes a connection after two hours; the rest is for clocks that disagree."""
MAX_LATENCY_MS = 600_000
CATCHING_UP_SECONDS = 2.0
"""How long finding placements for missed versions may take: the newest are found first."""
CATCHING_UP_BYTES = 100_000
"""What missed versions may weigh; API Gateway carries 128 KB a message."""


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
class SubscribeService:
    """Follows a match: the snapshot with what was missed, then the stream, and no version lost between."""

    connections: ConnectionStore
    matches: MatchStore
    placing: PlacementFinder
    telemetry: Telemetry
    clock: Clock

    def subscribe(
        self, connection_id: str, viewer: ViewerTraits, message: Mapping[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        """The snapshot of the match, or an acknowledgement if the app already has the newest version.

        The snapshot carries those versions between `lastVersion` and the newest that the viewer's picture can
        still come to: a picture that is a minute behind the live edge shows what happened in that minute.

        The subscription is written before the context is read for good: a version that is written later is
        dispatched to it, one that was written earlier is in the snapshot.
        """
        reader = Reader(message)
        match_id = reader.text("matchId", max_length=100)
        last_seen = reader.integer("lastVersion", minimum=0) if reader.has("lastVersion") else -1
        playhead = reader.optional(reader.instant, "playhead")
        match, context, _ = self._announced_match(match_id)
        subscription = Subscription(
            match_id=match_id,
            connection_id=connection_id,
            # A favourite team is the viewer's own word, and a cohort of its own for each would be no cohort.
            viewer=replace(viewer, cohort=viewer.cohort.at_match_of(match.home.name, match.away.name)),
            expires_at=self.clock() + CONNECTION_LIFE,
            last_version=context.version,
            exposures=self.connections.exposures(match_id, viewer.viewer_id),
        )
        self.connections.subscribe(subscription)
        match, newest, controls = self._announced_match(match_id)
        if newest.version != context.version:
            self.connections.set_last_version(match_id, connection_id, newest.version)
        if last_seen == newest.version:
            return acknowledgement(
                "subscribe", request_id=request_id, match_id=match_id, version=newest.version
            )
        snapshot = self._message(subscription, match, newest)
        self.telemetry.count(Metric.SNAPSHOTS)
        missed = [
            each
            for each in versions_still_due(newest, match, playhead)
            if each.version > last_seen and not (each.headline and controls.forbids(each.headline))
        ]
        if caught_up := self._caught_up(subscription, match, missed):
            snapshot["missed"] = caught_up
        return snapshot if request_id is None else {**snapshot, "requestId": request_id}

    def _announced_match(self, match_id: str) -> tuple[Match, MatchContext, Controls]:
        match, context, controls = self.matches.match_state(match_id)
        if match is None:
            raise unknown_match(match_id)
        return match, context or initial_context(match), controls

    def _caught_up(
        self, subscription: Subscription, match: Match, missed: Sequence[MatchContext]
    ) -> list[dict[str, Any]]:
        """The messages of missed versions, oldest first: as many of the newest as time and room allow."""
        give_up_at = self.clock() + timedelta(seconds=CATCHING_UP_SECONDS)
        messages: list[dict[str, Any]] = []
        room = CATCHING_UP_BYTES
        for context in reversed(missed):
            if self.clock() >= give_up_at:
                break
            message = self._message(subscription, match, context)
            room -= len(json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode())
            if room < 0:
                break
            messages.append(message)
        self.telemetry.count(Metric.VERSIONS_CAUGHT_UP, len(messages))
        self.telemetry.count(Metric.VERSIONS_MISSED, len(missed) - len(messages))
        return messages[::-1]

    def _message(self, subscription: Subscription, match: Match, context: MatchContext) -> dict[str, Any]:
        _, answers = self.placing.answers(context, [subscription], {}, self.clock())
        answer = next(iter(answers.values()))
        self.telemetry.count(Metric.of_rung(answer.recommendation.rung))
        message = components_message(
            context=context,
            match=match,
            placements=answer.choice.placements,
            alternatives=answer.choice.alternatives,
            afterwards=answer.afterwards,
            rung=answer.recommendation.rung,
            snapshot=True,
        )
        sent_at = self.clock()
        posted_at_ms = int(sent_at.timestamp() * 1000)
        return stamped(message, sent_at, {"recommendedAt": posted_at_ms, "postedAt": posted_at_ms})


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionUpdates:
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
        if not self.connections.record_playhead(match_id, connection_id, playhead, latency_ms):
            raise not_subscribed(match_id)
        return acknowledgement("sync", request_id=request_id, match_id=match_id)
