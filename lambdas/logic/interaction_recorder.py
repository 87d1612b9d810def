"""Records interactions in Personalize's event tracker."""

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from domain.interaction import RECOMMENDER_TYPES, RecordedInteraction
from domain.metrics import Metric
from domain.recommendation import Refusal
from lambdas.logic.event_rate import LONGEST_WAIT, EventRate, has_choice
from lambdas.logic.ports.interactions import EventTracker
from lambdas.logic.ports.records import DeadLetters
from lambdas.logic.ports.telemetry import Telemetry

MAX_EVENTS_PER_CALL = 10
Events = Sequence[RecordedInteraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRecorder:
    """Sends interactions to the event tracker, as many per call as PutEvents takes, choices first."""

    tracker: EventTracker
    dead_letters: DeadLetters
    telemetry: Telemetry
    rate: EventRate

    def record(self, interactions: Sequence[RecordedInteraction]) -> list[RecordedInteraction]:
        """Record interactions; return the choices that must be delivered again.

        Once the tracker throttles, or there is no turn, the rest of the batch is not sent. The stream
        delivers choices again, and event ids make repeated events harmless; impressions are left out.
        """
        calls = event_calls(interactions)
        retry = self._send_choices([call for call in calls if has_choice(call)])
        impressions = [call for call in calls if not has_choice(call)]
        self._send_impressions(impressions, throttled=bool(retry))
        return retry

    def _send_choices(self, calls: Sequence[Events]) -> list[RecordedInteraction]:
        retry: list[RecordedInteraction] = []
        until = self.rate.clock() + LONGEST_WAIT
        waiting = deque(calls)
        while waiting:
            call = waiting.popleft()
            refusal: Refusal | None = Refusal.THROTTLED
            if not retry and self.rate.await_choice(until):
                refusal = self._send(call, waiting)
            if refusal is Refusal.THROTTLED:
                self.telemetry.count(Metric.EVENTS_REFUSED, len(call))
                retry.extend(call)
        return retry

    def _send_impressions(self, calls: Sequence[Events], *, throttled: bool) -> None:
        waiting = deque(calls)
        while waiting:
            call = waiting.popleft()
            if not throttled and self.rate.admits_impressions(call):
                throttled = self._send(call, waiting) is Refusal.THROTTLED
                if not throttled:
                    continue
            self.telemetry.count(Metric.IMPRESSIONS_LEFT_OUT, len(call))

    def _send(self, call: Events, waiting: deque[Events]) -> Refusal | None:
        """Send a call; return THROTTLED if it must be sent again.

        PutEvents accepts or rejects a call as a whole, so the events of an invalid call are put in front of
        the others one by one; invalid events go to the dead-letter queue.
        """
        refusal = self.tracker.put_events(call)
        if refusal is None:
            self.telemetry.count(Metric.EVENTS_RECORDED, len(call))
        elif refusal is Refusal.INVALID and len(call) > 1:
            waiting.extendleft([event] for event in reversed(call))
        elif refusal in (Refusal.MISSING, Refusal.INVALID):
            self._reject(call)
        else:
            return Refusal.THROTTLED
        return None

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

    Types from which the recommender does not learn are left out, and impressions that stand for none.
    """
    by_session: dict[tuple[str, str], list[RecordedInteraction]] = {}
    for event in interactions:
        if event.interaction.type in RECOMMENDER_TYPES and event.weight > 0:
            by_session.setdefault((event.viewer_id, event.session_id), []).append(event)
    return [
        events[start : start + MAX_EVENTS_PER_CALL]
        for events in by_session.values()
        for start in range(0, len(events), MAX_EVENTS_PER_CALL)
    ]
