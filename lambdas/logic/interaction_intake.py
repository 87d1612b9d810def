"""Takes in what viewers did with components: for the clickstream, the frequency caps and the recommender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.cohort import ViewerTraits
from domain.errors import InvalidFieldError
from domain.experiment import NO_EXPERIMENT, Experiment
from domain.interaction import CHOICES, MAX_INTERACTIONS, Interaction, InteractionType, RecordedInteraction
from domain.metrics import Metric
from domain.subscription import Subscription
from domain.validation import Reader
from lambdas.logic.errors import ProtocolError, not_subscribed
from lambdas.logic.messages import acknowledgement
from lambdas.logic.ports.catalogue import ComponentIds
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.connections import ConnectionStore
from lambdas.logic.ports.dispatch import DispatchLedger
from lambdas.logic.ports.interactions import InteractionStream
from lambdas.logic.ports.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionIntake:
    """Validates interactions and writes them to the stream; the viewer is the one of the token."""

    connections: ConnectionStore
    ledger: DispatchLedger
    interactions: InteractionStream
    components: ComponentIds
    telemetry: Telemetry
    clock: Clock
    experiment: Experiment = NO_EXPERIMENT

    def interact(
        self, connection_id: str, viewer: ViewerTraits, message: Mapping[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        """Record interactions with a match to which this connection is subscribed."""
        reader = Reader(message)
        match_id = reader.text("matchId", max_length=100)
        interactions = reader.items("interactions", Interaction.from_message, maximum=MAX_INTERACTIONS)
        if not interactions:
            raise InvalidFieldError("interactions", f"a list of 1 to {MAX_INTERACTIONS} entries", [])
        self._check_components(interactions)
        subscription = self.connections.subscription(match_id, connection_id, self.clock())
        if subscription is None:
            raise not_subscribed(match_id)
        lost = self.interactions.put_interactions(self._recorded(subscription, viewer, interactions))
        if lost:
            raise ProtocolError(
                "INTERNAL", f"expected room for {len(interactions)} interactions, {lost} found none"
            )
        for interaction in interactions:
            self.telemetry.count(Metric.of_interaction(interaction.type))
        self._update_subscription(subscription, interactions)
        return acknowledgement("interact", request_id=request_id, match_id=match_id)

    def _recorded(
        self, subscription: Subscription, viewer: ViewerTraits, interactions: Sequence[Interaction]
    ) -> list[RecordedInteraction]:
        match_id = subscription.match_id
        versions = {interaction.version for interaction in interactions}
        columns = {version: self.ledger.sent_columns(match_id, version) for version in versions}
        return [
            RecordedInteraction(
                interaction=interaction,
                match_id=match_id,
                viewer_id=viewer.viewer_id,
                # The cohort whose recommendation the viewer saw, so that the model learns for this cohort.
                cohort_key=subscription.viewer.cohort.key,
                session_id=subscription.connection_id,
                columns=columns[interaction.version],
                holdout=self.experiment.holds_out(viewer.viewer_id),
            )
            for interaction in interactions
        ]

    def _update_subscription(self, subscription: Subscription, interactions: Sequence[Interaction]) -> None:
        if not subscription.engaged and any(each.type in CHOICES for each in interactions):
            self.connections.mark_engaged(subscription.match_id, subscription.connection_id)
        impressions = [each for each in interactions if each.type is InteractionType.IMPRESSION]
        if impressions:
            in_order = sorted(impressions, key=lambda each: each.occurred_at)
            self.connections.record_exposures(
                subscription, {each.component_id: each.occurred_at for each in in_order}
            )

    def _check_components(self, interactions: Sequence[Interaction]) -> None:
        """Reject unknown components: Personalize would add any id as a new item, and recommend it."""
        known = self.components.known({name for each in interactions for name in each.impression})
        for index, interaction in enumerate(interactions):
            for name in (interaction.component_id, *interaction.impression):
                if name not in known:
                    field = "componentId" if name == interaction.component_id else "impression"
                    raise InvalidFieldError(
                        f"interactions[{index}].{field}", "components of the catalogue", name
                    )
