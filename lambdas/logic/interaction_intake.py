"""Takes in what viewers did with components: for the clickstream, the frequency caps and the recommender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.choice import Exposure
from domain.cohort import ViewerTraits
from domain.errors import InvalidFieldError, RateExceededError
from domain.experiment import NO_EXPERIMENT, Experiment
from domain.impression_sample import ImpressionSample
from domain.interaction import (
    CHOICES,
    MAX_INTERACTIONS,
    Interaction,
    InteractionType,
    RecordedInteraction,
)
from domain.interaction_rate import InteractionRate
from domain.metrics import Metric
from domain.sight import Sight
from domain.subscription import Subscription
from domain.validation import Reader
from lambdas.logic.errors import InteractionError, ProtocolError
from lambdas.logic.messages import acknowledgement
from lambdas.logic.placement_signature import PlacementVerifier
from lambdas.logic.ports.catalogue import ComponentIds
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.connections import ConnectionStore
from lambdas.logic.ports.dispatch import DispatchLedger
from lambdas.logic.ports.interactions import InteractionStream
from lambdas.logic.ports.telemetry import Telemetry
from lambdas.logic.presence import Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An interaction of a message, its position there, and when its placement was issued."""

    index: int
    interaction: Interaction
    issued_at: datetime

    @property
    def placement(self) -> tuple[str, int]:
        """The component and the version that placed it."""
        return self.interaction.component_id, self.interaction.version

    @property
    def sight(self) -> Sight:
        """What the viewer saw, and when."""
        component_id, version = self.placement
        return Sight(component_id=component_id, version=version, at=self.interaction.occurred_at)

    @property
    def is_impression(self) -> bool:
        """True if the viewer saw the component; everything else needs an impression."""
        return self.interaction.type is InteractionType.IMPRESSION


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionIntake:
    """Validates interactions and writes them to the stream; the viewer is the one of the token.

    An interaction counts only if the server placed the component for the viewer, and a reaction only if an
    impression was received before it or with it. One that does not refuses the whole message. Of the
    components that it lists as on screen those count of which an impression was received, and its
    recommendation id counts if it is the placement's.

    A message takes one call of DynamoDB, which records it in the subscription and returns that, and one of
    Kinesis; a viewer's first choice on a connection takes two more, and what is seen one for each of the
    viewer's other connections. Components and columns are cached.
    Refused interactions count against the connection's rate as others do, so that forging takes no more.
    `presence` says what else is read or written for viewers on channels.
    """

    connections: ConnectionStore
    ledger: DispatchLedger
    interactions: InteractionStream
    components: ComponentIds
    verifier: PlacementVerifier
    telemetry: Telemetry
    clock: Clock
    rate: InteractionRate
    presence: Presence
    experiment: Experiment = NO_EXPERIMENT
    sample: ImpressionSample = field(default_factory=ImpressionSample)
    max_interactions: int = MAX_INTERACTIONS

    def interact(
        self, connection_id: str, viewer: ViewerTraits, message: Mapping[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        """Record interactions with a match at which this connection has a place."""
        reader = Reader(message)
        match_id = reader.text("matchId", max_length=100)
        interactions = reader.items("interactions", Interaction.from_message, maximum=self.max_interactions)
        if not interactions:
            raise InvalidFieldError("interactions", f"a list of 1 to {self.max_interactions} entries", [])
        received_at = self.clock()
        try:
            acts = self._checked(match_id, connection_id, viewer, interactions, received_at)
            subscription = self._record_acts(match_id, connection_id, viewer, acts, received_at)
        except InteractionError as error:
            self.telemetry.count(error.reason, len(interactions))
            self.telemetry.count(Metric.INTERACTIONS_REFUSED, len(interactions))
            raise
        recorded = self._recorded(subscription, viewer, acts, received_at)
        lost = self.interactions.put_interactions(recorded)
        if lost:
            raise ProtocolError(
                "INTERNAL", f"expected room for {len(interactions)} interactions, {lost} found none"
            )
        for interaction in interactions:
            self.telemetry.count(Metric.of_interaction(interaction.type))
        return acknowledgement("interact", request_id=request_id, match_id=match_id)

    def _checked(
        self,
        match_id: str,
        connection_id: str,
        viewer: ViewerTraits,
        interactions: Sequence[Interaction],
        now: datetime,
    ) -> list[Act]:
        """Return the interactions, if all name what the server knows; if not, they are counted as well."""
        try:
            self._check_components(interactions)
            return self._verified(match_id, interactions, viewer, now)
        except (InvalidFieldError, InteractionError):
            try:
                self.connections.record_acts(
                    match_id,
                    connection_id,
                    sights=(),
                    has_chosen=False,
                    busy_for=self.rate.cost(len(interactions)),
                    now=now,
                )
            except RateExceededError:
                raise self._too_many(len(interactions)) from None
            raise

    def _verified(
        self, match_id: str, interactions: Sequence[Interaction], viewer: ViewerTraits, now: datetime
    ) -> list[Act]:
        """Return the interactions with their placement's recommendation, if they name it.

        Their times are between the placement's and their arrival.
        """
        acts = []
        for index, interaction in enumerate(interactions):
            field = f"interactions[{index}].signature"
            signed = self.verifier.verify(match_id, interaction, viewer, field, now)
            known = replace(interaction, recommendation_id=signed.recommendation_id)
            acts.append(
                Act(
                    index=index,
                    interaction=known.bounded(signed.issued_at, now),
                    issued_at=signed.issued_at,
                )
            )
        return acts

    def _record_acts(
        self,
        match_id: str,
        connection_id: str,
        viewer: ViewerTraits,
        acts: Sequence[Act],
        now: datetime,
    ) -> Subscription:
        """Record what the viewer saw and chose, once every reaction has its impression."""
        shown = {act.placement for act in acts if act.is_impression}
        alone = [act for act in acts if not act.is_impression and act.placement not in shown]
        sights = [act.sight for act in acts if act.is_impression]
        has_chosen = any(act.interaction.type in CHOICES for act in acts)

        def record(*, count: int, sights: Sequence[Sight] = (), has_chosen: bool = False) -> Subscription:
            def attempt() -> Subscription | None:
                return self.connections.record_acts(
                    match_id,
                    connection_id,
                    sights=sights,
                    has_chosen=has_chosen,
                    busy_for=self.rate.cost(count),
                    now=now,
                )

            subscription = attempt()
            if subscription is None:
                self.presence.admit(match_id, connection_id, viewer, now)
                subscription = attempt()
            assert subscription is not None
            return subscription

        placed_at = [(act.interaction.component_id, act.issued_at) for act in acts if act.is_impression]
        self.presence.check_limits(match_id, connection_id, placed_at, now)
        try:
            if alone:
                subscription = record(count=len(acts))
            else:
                subscription = record(count=len(acts), sights=sights, has_chosen=has_chosen)
        except RateExceededError:
            raise self._too_many(len(acts)) from None
        for act in alone:
            _require_impression(act, subscription.exposures)
        if alone and (sights or (has_chosen and not subscription.engaged)):
            subscription = record(count=0, sights=sights, has_chosen=has_chosen)
        if has_chosen:
            self.presence.chose(match_id, viewer, now, recorded_as=subscription.viewer)
        return subscription

    def _too_many(self, count: int) -> InteractionError:
        return InteractionError(
            "TOO_MANY",
            field="interactions",
            expected=f"at most {self.rate.per_second} a second {self.presence.rate_of}"
            f", {self.rate.at_once} at once",
            got=f"{count} more",
            reason=Metric.INTERACTIONS_TOO_MANY,
        )

    def _recorded(
        self,
        subscription: Subscription,
        viewer: ViewerTraits,
        acts: Sequence[Act],
        received_at: datetime,
    ) -> list[RecordedInteraction]:
        match_id = subscription.match_id
        versions = {act.interaction.version for act in acts}
        columns = {version: self.ledger.sent_columns(match_id, version) for version in versions}
        return [
            RecordedInteraction(
                interaction=act.interaction.among(subscription.exposures),
                received_at=received_at,
                match_id=match_id,
                viewer_id=viewer.viewer_id,
                # The cohort whose recommendation the viewer saw, so that the model learns for this cohort.
                cohort_key=subscription.viewer.cohort.key,
                session_id=subscription.connection_id,
                columns=columns[act.interaction.version],
                holdout=self.experiment.holds_out(viewer.viewer_id),
                weight=self.sample.weight(match_id, viewer.viewer_id, act.interaction),
            )
            for act in acts
        ]

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


def _require_impression(act: Act, exposures: Mapping[str, Exposure]) -> None:
    """Raise InteractionError unless the component was seen since its placement was issued."""
    seen = exposures.get(act.interaction.component_id)
    if seen is None or seen.last_at < act.issued_at:
        raise InteractionError(
            "NOT_SHOWN",
            field=f"interactions[{act.index}].componentId",
            expected="a component whose impression was sent before, or with it",
            got=repr(act.interaction.component_id),
            reason=Metric.INTERACTIONS_NOT_SHOWN,
        )
