"""What viewers did with components: towards the recommender, the clickstream and the frequency caps."""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.cohort import ViewerTraits
from domain.errors import InvalidFieldError
from domain.experiment import NO_EXPERIMENT, Experiment
from domain.interaction import (
    CHOICES,
    MAX_INTERACTIONS,
    RECOMMENDER_TYPES,
    Interaction,
    InteractionType,
    RecordedInteraction,
)
from domain.metrics import Metric
from domain.recommendation import Refusal
from domain.validation import Reader
from lambdas.logic.errors import ProtocolError
from lambdas.logic.messages import acknowledgement
from lambdas.logic.ports import (
    Clock,
    ComponentIds,
    ConnectionStore,
    DeadLetters,
    DispatchLedger,
    EventTracker,
    InteractionStream,
    Telemetry,
)
from lambdas.logic.subscriptions import not_subscribed

EVENTS_A_CALL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionIntake:
    """Takes in what a viewer did; who the viewer is, the token has said."""

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
        """Record interactions with a match that this connection follows."""
        reader = Reader(message)
        match_id = reader.text("matchId", max_length=100)
        acts = reader.items("interactions", Interaction.from_message, maximum=MAX_INTERACTIONS)
        if not acts:
            raise InvalidFieldError("interactions", f"a list of 1 to {MAX_INTERACTIONS} entries", [])
        self._check_components(acts)
        subscription = self.connections.subscription(match_id, connection_id, self.clock())
        if subscription is None:
            raise not_subscribed(match_id)
        columns = {
            version: self.ledger.sent_columns(match_id, version) for version in {act.version for act in acts}
        }
        lost = self.interactions.put_interactions(
            [
                RecordedInteraction(
                    interaction=act,
                    match_id=match_id,
                    viewer_id=viewer.viewer_id,
                    # The cohort that was asked for: the one that shall learn from it.
                    cohort_key=subscription.viewer.cohort.key,
                    session_id=connection_id,
                    columns=columns[act.version],
                    holdout=self.experiment.holds_out(viewer.viewer_id),
                )
                for act in acts
            ]
        )
        if lost:
            raise ProtocolError("INTERNAL", f"expected room for {len(acts)} interactions, {lost} found none")
        for act in acts:
            self.telemetry.count(Metric.of_interaction(act.type))
        if not subscription.engaged and any(act.type in CHOICES for act in acts):
            self.connections.mark_engaged(match_id, connection_id)
        seen = [act for act in acts if act.type is InteractionType.IMPRESSION]
        if seen:
            self.connections.record_exposures(
                subscription,
                {act.component_id: act.occurred_at for act in sorted(seen, key=lambda act: act.occurred_at)},
            )
        return acknowledgement("interact", request_id=request_id, match_id=match_id)

    def _check_components(self, acts: Sequence[Interaction]) -> None:
        """Personalize would take any name for a new item, and recommend it."""
        known = self.components.known({name for act in acts for name in act.impression})
        for at, act in enumerate(acts):
            for name in (act.component_id, *act.impression):
                if name not in known:
                    field = "componentId" if name == act.component_id else "impression"
                    raise InvalidFieldError(
                        f"interactions[{at}].{field}", "components of the catalogue", name
                    )


def event_calls(interactions: Sequence[RecordedInteraction]) -> list[list[RecordedInteraction]]:
    """Interactions in the portions of a PutEvents call: one viewer, one session, ten events at most.

    What the recommender is not told of is in none of them.
    """
    by_session: dict[tuple[str, str], list[RecordedInteraction]] = {}
    for entry in interactions:
        if entry.interaction.type not in RECOMMENDER_TYPES:
            continue
        by_session.setdefault((entry.viewer_id, entry.session_id), []).append(entry)
    return [
        entries[start : start + EVENTS_A_CALL]
        for entries in by_session.values()
        for start in range(0, len(entries), EVENTS_A_CALL)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRecorder:
    """Tells the recommender's event tracker what viewers did."""

    tracker: EventTracker
    dead_letters: DeadLetters
    telemetry: Telemetry

    def record(self, interactions: Sequence[RecordedInteraction]) -> list[RecordedInteraction]:
        """Record interactions; those to be delivered again. What the tracker cannot take is set aside.

        Of a call that the tracker cannot take each event is told by itself: it takes all of a call or none.
        A tracker that has no room now is left alone for the rest of the batch: the stream waits, and what was
        told twice has the same event id, which Personalize counts once.
        """
        again: list[RecordedInteraction] = []
        calls = deque(event_calls(interactions))
        while calls:
            call = calls.popleft()
            refusal = self.tracker.put_events(call) if not again else Refusal.THROTTLED
            if refusal is None:
                self.telemetry.count(Metric.EVENTS_RECORDED, len(call))
            elif refusal is Refusal.INVALID and len(call) > 1:
                calls.extendleft([entry] for entry in reversed(call))
            elif refusal in (Refusal.MISSING, Refusal.INVALID):
                self._set_aside(call)
            else:
                self.telemetry.count(Metric.EVENTS_REFUSED, len(call))
                again.extend(call)
        return again

    def _set_aside(self, call: Sequence[RecordedInteraction]) -> None:
        self.telemetry.count(Metric.REJECTED, len(call))
        for entry in call:
            self.dead_letters.put_dead_letter(
                source="interactions",
                reason="the event tracker does not take it",
                field=None,
                payload=json.dumps(entry.to_dict()),
            )
