"""Where a viewer's interactions are recorded: at a subscription, or at the viewer's row of the match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.choice import EXPOSURE_KINDS, Exposure, blocked_by_exposure
from domain.cohort import ViewerTraits
from domain.experiment import Experiment
from domain.metrics import Metric
from domain.subscription import Subscription
from lambdas.logic.errors import not_subscribed, unknown_match
from lambdas.logic.ports.audiences import AudienceStore
from lambdas.logic.ports.catalogue import Catalogue
from lambdas.logic.ports.connections import ConnectionStore
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.telemetry import Telemetry
from lambdas.logic.subscribe import CONNECTION_LIFE

PlacedAt = tuple[str, datetime]
"""A component that a viewer saw, and when its placement was made."""


class Presence(Protocol):
    """What recording interactions needs to know about the viewer's place at a match."""

    @property
    def rate_of(self) -> str:
        """Say in an error what the rate of interactions belongs to."""

    def admit(self, match_id: str, connection_id: str, viewer: ViewerTraits, now: datetime) -> None:
        """Make a place for a viewer who has none; raises ProtocolError if the viewer must not have one."""

    def check_limits(
        self, match_id: str, connection_id: str, sights: Iterable[PlacedAt], now: datetime
    ) -> None:
        """Look for components that the app showed although the viewer had seen them often enough.

        Call it before the sights are recorded.
        """

    def chose(self, match_id: str, viewer: ViewerTraits, now: datetime, *, recorded_as: ViewerTraits) -> None:
        """Note that the viewer of this token made a choice; `recorded_as` has the traits of their place."""


class SubscribedPresence:
    """A viewer on a socket subscribes, and the dispatch applies the limits and asks for viewers by name."""

    @property
    def rate_of(self) -> str:
        """Of all matches together."""
        return "on a connection"

    def admit(self, match_id: str, connection_id: str, viewer: ViewerTraits, now: datetime) -> None:  # noqa: ARG002
        """Refuse: the connection must subscribe first."""
        raise not_subscribed(match_id)

    def check_limits(
        self, match_id: str, connection_id: str, sights: Iterable[PlacedAt], now: datetime
    ) -> None:
        """Do nothing: the server itself left out what was seen often enough."""

    def chose(self, match_id: str, viewer: ViewerTraits, now: datetime, *, recorded_as: ViewerTraits) -> None:
        """Do nothing: the subscription says that the viewer is engaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPresence:
    """A viewer on a channel has a row from the first interaction on; the app applies the limits itself."""

    connections: ConnectionStore
    matches: MatchStore
    catalogue: Catalogue
    audiences: AudienceStore
    experiment: Experiment
    telemetry: Telemetry
    named_viewers: int

    @property
    def rate_of(self) -> str:
        """Of all requests together, for a viewer has one row in each match."""
        return "of a viewer in a match"

    def admit(self, match_id: str, connection_id: str, viewer: ViewerTraits, now: datetime) -> None:
        """Write the viewer's row, with the cohort that the viewer has at this match."""
        self.connections.subscribe(
            Subscription(
                match_id=match_id,
                connection_id=connection_id,
                viewer=self._at_match(match_id, viewer),
                expires_at=now + CONNECTION_LIFE,
            )
        )

    def check_limits(
        self, match_id: str, connection_id: str, sights: Iterable[PlacedAt], now: datetime
    ) -> None:
        """Count sights that a limit had forbidden when their placement was made.

        Only what was seen before that is held against the app, so none is counted that was right.
        """
        limits = [rule for rule in self.catalogue.constraints() if rule.kind in EXPOSURE_KINDS]
        components = self.catalogue.components()
        limited = [
            (components[component_id], placed_at)
            for component_id, placed_at in sights
            if component_id in components
            and any(rule.selector.selects(components[component_id]) for rule in limits)
        ]
        if not limited:
            return
        known = self.connections.subscription(match_id, connection_id, now)
        for component, placed_at in limited:
            exposures = _seen_until(placed_at, known)
            for rule_id in blocked_by_exposure(limits, [component], exposures, placed_at).values():
                self.telemetry.count(Metric.LIMITS_EXCEEDED)
                self.telemetry.warning("limit exceeded", component=component.id, rule=rule_id)

    def chose(self, match_id: str, viewer: ViewerTraits, now: datetime, *, recorded_as: ViewerTraits) -> None:
        """Have the viewer asked for by name, if there is room and the viewer is not in the holdout group.

        The traits are those of the token: the row may be older, and a consent withdrawn since.
        """
        if self.experiment.holds_out(viewer.viewer_id):
            return
        present = self._at_match(match_id, viewer)
        self.audiences.add_named(
            match_id, present, now, limit=self.named_viewers, has_changed=present != recorded_as
        )

    def _at_match(self, match_id: str, viewer: ViewerTraits) -> ViewerTraits:
        match = self.matches.match(match_id)
        if match is None:
            raise unknown_match(match_id)
        return viewer.at_match_of(match.home.name, match.away.name)


def _seen_until(at: datetime, known: Subscription | None) -> dict[str, Exposure]:
    exposures: Sequence[tuple[str, Exposure]] = tuple(known.exposures.items()) if known else ()
    return {component_id: seen for component_id, seen in exposures if seen.last_at <= at}
