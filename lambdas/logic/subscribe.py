"""Subscribes connections to matches: a snapshot with missed versions, then every new version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.catch_up import versions_to_catch_up
from domain.cohort import ViewerTraits
from domain.context import MatchContext, initial_context
from domain.controls import Controls
from domain.json_limits import json_bytes
from domain.match import Match
from domain.metrics import Metric
from domain.subscription import Subscription
from domain.validation import Reader
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.errors import unknown_match
from lambdas.logic.message_size import MAX_SHARED_BYTES, fit
from lambdas.logic.messages import acknowledgement, components_message, reconnect_window, with_times
from lambdas.logic.placement_finder import PlacementFinder
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.connections import ConnectionStore
from lambdas.logic.ports.matches import MatchState, MatchStore
from lambdas.logic.ports.telemetry import Telemetry
from lambdas.logic.preparation_requests import PreparationRequests

CONNECTION_LIFE = timedelta(hours=2, minutes=5)
"""API Gateway closes a connection after two hours; five minutes allow for clock skew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeService:
    """Subscribes a connection to a match without losing a version.

    Placements for missed versions take at most `catch_up_seconds`, the newest versions first; their messages
    take at most `catch_up_bytes`, and together with the snapshot no more than one message may have.
    """

    connections: ConnectionStore
    matches: MatchStore
    placement_finder: PlacementFinder
    preparation: PreparationRequests
    telemetry: Telemetry
    clock: Clock
    catch_up_seconds: float = 2.0
    catch_up_bytes: int = 100_000

    def subscribe(
        self, connection_id: str, viewer: ViewerTraits, message: Mapping[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        """Return the match's snapshot, or an acknowledgement if the app has the newest version already.

        The snapshot includes versions after `lastVersion` that the viewer's delayed picture has yet to reach.

        The subscription is written before the highest version is read: later versions are dispatched to it,
        earlier ones are in the snapshot. The context itself may have been read before, for another viewer.
        """
        reader = Reader(message)
        match_id = reader.text("matchId", max_length=100)
        last_seen = reader.integer("lastVersion", minimum=0) if reader.has("lastVersion") else -1
        playhead = reader.optional(reader.instant, "playhead")
        match, context, controls = _found(match_id, self.matches.recent_match_state(match_id))
        subscription = self.connections.subscribe(
            Subscription(
                match_id=match_id,
                connection_id=connection_id,
                # Other favourite teams are dropped: viewers choose them freely, and each would be a cohort.
                viewer=viewer.at_match_of(match.home.name, match.away.name),
                expires_at=self.clock() + CONNECTION_LIFE,
                last_version=context.version,
            )
        )
        newest = context
        if self.matches.highest_numbers(match_id) != (context.version, controls.revision):
            match, newest, controls = _found(match_id, self.matches.match_state(match_id))
        if newest.version != context.version:
            self.connections.set_last_version(match_id, connection_id, newest.version)
        window = reconnect_window(self.connections.subscriber_count(match_id, self.clock()))
        if last_seen == newest.version:
            acknowledged = acknowledgement(
                "subscribe", request_id=request_id, match_id=match_id, version=newest.version
            )
            return {**acknowledged, **window}
        is_moment_over = (playhead or self.clock()) >= newest.media_window(match).valid_until
        snapshot = self._message(subscription, match, newest, is_moment_over=is_moment_over)
        self.preparation.request(newest, [subscription.viewer.cohort])
        self.telemetry.count(Metric.SNAPSHOTS)
        missed = [
            version
            for version in versions_to_catch_up(newest, match, playhead)
            if version.version > last_seen and not controls.forbids(version.headline)
        ]
        room = min(self.catch_up_bytes, MAX_SHARED_BYTES - json_bytes(snapshot)) if missed else 0
        if messages := self._missed_messages(subscription, match, missed, room):
            snapshot["missed"] = messages
        return {**snapshot, **window, **({} if request_id is None else {"requestId": request_id})}

    def _missed_messages(
        self, subscription: Subscription, match: Match, missed: Sequence[MatchContext], room: int
    ) -> list[dict[str, Any]]:
        """Return messages of missed versions, oldest first: as many of the newest as time and room allow."""
        give_up_at = self.clock() + timedelta(seconds=self.catch_up_seconds)
        messages: list[dict[str, Any]] = []
        for context in reversed(missed):
            if self.clock() >= give_up_at:
                break
            message = self._message(subscription, match, context)
            room -= json_bytes(message) + 1
            if room < 0:
                break
            messages.append(message)
        self.telemetry.count(Metric.VERSIONS_CAUGHT_UP, len(messages))
        self.telemetry.count(Metric.VERSIONS_MISSED, len(missed) - len(messages))
        return messages[::-1]

    def _message(
        self,
        subscription: Subscription,
        match: Match,
        context: MatchContext,
        *,
        is_moment_over: bool = False,
    ) -> dict[str, Any]:
        _, found = self.placement_finder.find(
            context, match, [subscription], {}, self.clock(), is_moment_over=is_moment_over
        )
        placements = next(iter(found.values()))
        self.telemetry.count(Metric.of_rung(placements.recommendation.rung))
        if placements.calm is not None:
            self.telemetry.count(Metric.of_calm_rung(placements.calm.rung))
        _, message = fit(
            placements,
            build=lambda fitting: _snapshot(context, match, fitting),
            size=json_bytes,
            telemetry=self.telemetry,
        )
        sent_at = self.clock()
        sent_at_ms = int(sent_at.timestamp() * 1000)
        return with_times(message, sent_at, {"recommendedAt": sent_at_ms, "postedAt": sent_at_ms})


def _found(match_id: str, state: MatchState) -> tuple[Match, MatchContext, Controls]:
    match, context, controls = state
    if match is None:
        raise unknown_match(match_id)
    return match, context or initial_context(match), controls


def _snapshot(context: MatchContext, match: Match, placements: AudiencePlacements) -> dict[str, Any]:
    return components_message(
        context=context,
        match=match,
        placements=placements,
        snapshot=True,
    )
