"""Records interactions in Personalize's event tracker."""

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from domain.interaction import RECOMMENDER_TYPES, RecordedInteraction
from domain.metrics import Metric
from domain.recommendation import Refusal
from lambdas.logic.ports.interactions import EventTracker
from lambdas.logic.ports.records import DeadLetters
from lambdas.logic.ports.telemetry import Telemetry

MAX_EVENTS_PER_CALL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRecorder:
    """Sends interactions to the event tracker, as many per call as PutEvents takes."""

    tracker: EventTracker
    dead_letters: DeadLetters
    telemetry: Telemetry

    def record(self, interactions: Sequence[RecordedInteraction]) -> list[RecordedInteraction]:
        """Record interactions; return those that must be delivered again.

        PutEvents accepts or rejects a call as a whole, so the events of an invalid call are sent one by one;
        invalid events go to the dead-letter queue. Once the tracker throttles, the rest of the batch is not
        sent: the stream delivers it again, and event ids make repeated events harmless.
        """
        retry: list[RecordedInteraction] = []
        calls = deque(event_calls(interactions))
        while calls:
            call = calls.popleft()
            refusal = self.tracker.put_events(call) if not retry else Refusal.THROTTLED
            if refusal is None:
                self.telemetry.count(Metric.EVENTS_RECORDED, len(call))
            elif refusal is Refusal.INVALID and len(call) > 1:
                calls.extendleft([event] for event in reversed(call))
            elif refusal in (Refusal.MISSING, Refusal.INVALID):
                self._reject(call)
            else:
                self.telemetry.count(Metric.EVENTS_REFUSED, len(call))
                retry.extend(call)
        return retry

    def _reject(self, call: Sequence[RecordedInteraction]) -> None:
        self.telemetry.count(Metric.REJECTED, len(call))
        for event in call:
            self.dead_letters.put_dead_letter(
                source="interactions",
                reason="the event tracker does not accept it",
                field=None,
                payload=json.dumps(event.to_dict()),
            )


def event_calls(interactions: Sequence[RecordedInteraction]) -> list[list[RecordedInteraction]]:
    """Group interactions into PutEvents calls: one viewer and session each, at most ten events.

    Types from which the recommender does not learn are left out.
    """
    by_session: dict[tuple[str, str], list[RecordedInteraction]] = {}
    for event in interactions:
        if event.interaction.type in RECOMMENDER_TYPES:
            by_session.setdefault((event.viewer_id, event.session_id), []).append(event)
    return [
        events[start : start + MAX_EVENTS_PER_CALL]
        for events in by_session.values()
        for start in range(0, len(events), MAX_EVENTS_PER_CALL)
    ]
