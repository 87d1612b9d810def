"""Interactions on their way to Personalize: batches, rejected events and throttling."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.interaction import InteractionType, RecordedInteraction
from domain.recommendation import Refusal
from lambdas.handlers import record_interactions
from lambdas.handlers.composition import interactions
from lambdas.logic.interaction_recorder import InteractionRecorder
from tests.support import aws, fakes
from tests.support.interactions import recorded
from tests.support.lambda_context import LambdaContext


def test_events_are_sent_in_tens_by_viewer_and_session() -> None:
    tracker = fakes.InMemoryEventTracker()
    recorder = InteractionRecorder(
        tracker=tracker, dead_letters=fakes.InMemoryDeadLetters(), telemetry=fakes.RecordedTelemetry()
    )
    many = [recorded(number) for number in range(23)] + [recorded(1, "viewer-2"), recorded(1, session="s2")]
    assert recorder.record(many) == []
    assert [len(call) for call in tracker.calls] == [10, 10, 3, 1, 1]


def test_watch_events_are_not_sent_to_the_recommender() -> None:
    tracker = fakes.InMemoryEventTracker()
    recorder = InteractionRecorder(
        tracker=tracker, dead_letters=fakes.InMemoryDeadLetters(), telemetry=fakes.RecordedTelemetry()
    )
    click = recorded()
    watch = replace(click, interaction=replace(click.interaction, type=InteractionType.WATCH, value=12.5))
    assert recorder.record([watch, click]) == []
    assert tracker.calls == [[click]]


def kinesis(*bodies: bytes) -> dict[str, Any]:
    return {
        "Records": [
            {"kinesis": {"sequenceNumber": str(index), "data": base64.b64encode(body).decode()}}
            for index, body in enumerate(bodies)
        ]
    }


def test_an_invalid_interaction_is_rejected_and_the_others_are_recorded(
    resources: dict[str, str], runtime: LambdaContext
) -> None:
    tracker = fakes.InMemoryEventTracker()
    interactions.event_tracker.supply(tracker)
    good = json.dumps(recorded().to_dict()).encode()
    wrong = json.dumps({**recorded(2).to_dict(), "slot": "roof"}).encode()
    deep = b"[" * 20_000
    answer = record_interactions.handler(kinesis(b"\xff\xfe", good, wrong, deep, good), runtime)
    assert answer == {"batchItemFailures": []}
    assert [[entry.id for entry in call] for call in tracker.calls] == [[recorded().id]]
    letters = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert sorted(letter["field"] for letter in letters) == ["data", "data", "slot"]


def test_the_stream_resumes_after_the_recorded_interactions(
    resources: dict[str, str], runtime: LambdaContext
) -> None:
    # GIVEN a tracker that throttles after one call, and interleaved sessions
    class ThrottlingTracker(fakes.InMemoryEventTracker):
        def put_events(self, interactions: Sequence[RecordedInteraction]) -> Refusal | None:
            self.refusal = Refusal.THROTTLED if self.calls else None
            return super().put_events(interactions)

    tracker = ThrottlingTracker()
    interactions.event_tracker.supply(tracker)
    sessions = ["s1", "s1", "s2", "s1", "s3"]
    bodies = [
        json.dumps(recorded(at, session=session).to_dict()).encode() for at, session in enumerate(sessions)
    ]
    # THEN the stream resumes at the first record of the throttled sessions
    answer = record_interactions.handler(kinesis(*bodies), runtime)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_the_stream_resumes_at_the_first_throttled_interaction(
    resources: dict[str, str], runtime: LambdaContext
) -> None:
    tracker = fakes.InMemoryEventTracker(refusal=Refusal.THROTTLED)
    interactions.event_tracker.supply(tracker)
    bodies = [b"invalid", *(json.dumps(recorded(number).to_dict()).encode() for number in (1, 2))]
    answer = record_interactions.handler(kinesis(*bodies), runtime)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_an_event_that_the_tracker_rejects_is_a_dead_letter() -> None:
    dead_letters = fakes.InMemoryDeadLetters()
    recorder = InteractionRecorder(
        tracker=fakes.InMemoryEventTracker(refusal=Refusal.INVALID),
        dead_letters=dead_letters,
        telemetry=fakes.RecordedTelemetry(),
    )
    assert recorder.record([recorded()]) == []
    assert len(dead_letters.letters) == 1


def test_a_rejected_event_does_not_affect_others_of_its_call() -> None:
    # GIVEN a tracker that accepts or rejects whole calls, and one event that it always rejects
    rejected_id = recorded(4).id

    class ParticularTracker(fakes.InMemoryEventTracker):
        def put_events(self, interactions: Any) -> Refusal | None:
            if any(entry.id == rejected_id for entry in interactions):
                return Refusal.INVALID
            return super().put_events(interactions)

    tracker, dead_letters = ParticularTracker(), fakes.InMemoryDeadLetters()
    recorder = InteractionRecorder(
        tracker=tracker, dead_letters=dead_letters, telemetry=fakes.RecordedTelemetry()
    )
    # WHEN the event is among others of its session
    assert recorder.record([recorded(number) for number in range(12)]) == []
    # THEN the others are sent in order, and only this event is a dead letter
    sent = [entry.id for call in tracker.calls for entry in call]
    assert sent == [recorded(number).id for number in range(12) if number != 4]
    assert [json.loads(letter["payload"])["interaction_id"] for letter in dead_letters.letters] == [
        rejected_id
    ]


def test_after_throttling_the_rest_of_the_batch_is_not_sent() -> None:
    # GIVEN a tracker that throttles after one call
    class FullTracker(fakes.InMemoryEventTracker):
        asked = 0

        def put_events(self, interactions: Any) -> Refusal | None:
            self.asked += 1
            return super().put_events(interactions) if self.asked == 1 else Refusal.THROTTLED

    tracker = FullTracker()
    recorder = InteractionRecorder(
        tracker=tracker, dead_letters=fakes.InMemoryDeadLetters(), telemetry=fakes.RecordedTelemetry()
    )
    # WHEN five viewers interact THEN one more call is made, and four viewers' events are retried
    many = [recorded(number, f"viewer-{number}") for number in range(5)]
    assert recorder.record(many) == many[1:]
    assert tracker.asked == 2
