"""Interactions on their way to Personalize: batches, rejected events and throttling."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.interaction import InteractionType, RecordedInteraction
from domain.metrics import Metric
from domain.recommendation import Refusal
from lambdas.handlers import record_interactions
from lambdas.handlers.composition import interactions
from lambdas.logic.event_rate import LIVE_FOR, LONGEST_WAIT, EventRate
from lambdas.logic.interaction_recorder import InteractionRecorder
from lambdas.logic.ports.interactions import EventTracker
from tests.support import aws, fakes
from tests.support.interactions import recorded
from tests.support.lambda_context import LambdaContext


def recorder_of(
    tracker: EventTracker,
    *,
    choices: int = 1_000_000,
    impressions: int = 1_000_000,
    clock: fakes.FrozenClock | None = None,
) -> InteractionRecorder:
    clock = clock or fakes.FrozenClock()
    return InteractionRecorder(
        tracker=tracker,
        dead_letters=fakes.InMemoryDeadLetters(),
        telemetry=fakes.RecordedTelemetry(),
        rate=EventRate(
            choices=fakes.FixedBudget(choices),
            impressions=fakes.FixedBudget(impressions),
            clock=clock,
            sleep=clock.sleep,
        ),
    )


def seen(number: int = 1, viewer: str = "viewer-1") -> RecordedInteraction:
    """Build an impression."""
    click = recorded(number, viewer)
    return replace(click, interaction=replace(click.interaction, type=InteractionType.IMPRESSION))


def test_events_are_sent_in_tens_by_viewer_and_session() -> None:
    tracker = fakes.InMemoryEventTracker()
    recorder = recorder_of(tracker)
    many = [recorded(number) for number in range(23)] + [recorded(1, "viewer-2"), recorded(1, session="s2")]
    assert recorder.record(many) == []
    assert [len(call) for call in tracker.calls] == [10, 10, 3, 1, 1]


def test_watch_events_are_not_sent_to_the_recommender() -> None:
    tracker = fakes.InMemoryEventTracker()
    recorder = recorder_of(tracker)
    click = recorded()
    watch = replace(click, interaction=replace(click.interaction, type=InteractionType.WATCH, value=12.5))
    assert recorder.record([watch, click]) == []
    assert tracker.calls == [[click]]


def test_impressions_outside_the_sample_are_not_sent_to_the_recommender() -> None:
    tracker = fakes.InMemoryEventTracker()
    proof, sampled, click = replace(seen(1), weight=0.0), replace(seen(2), weight=10.0), recorded(3)
    assert recorder_of(tracker).record([proof, sampled, click]) == []
    assert [act for call in tracker.calls for act in call] == [sampled, click]


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
    recorder = replace(
        recorder_of(fakes.InMemoryEventTracker(refusal=Refusal.INVALID)), dead_letters=dead_letters
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
    recorder = replace(recorder_of(tracker), dead_letters=dead_letters)
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
    recorder = recorder_of(tracker)
    # WHEN five viewers interact THEN one more call is made, and four viewers' events are retried
    many = [recorded(number, f"viewer-{number}") for number in range(5)]
    assert recorder.record(many) == many[1:]
    assert tracker.asked == 2


def test_choices_go_before_impressions_and_take_their_sessions_impressions_along() -> None:
    tracker = fakes.InMemoryEventTracker()
    first, second, choice = seen(1, "a"), seen(2, "b"), recorded(3, "b")
    assert recorder_of(tracker).record([first, second, choice]) == []
    assert tracker.calls == [[second, choice], [first]]


def test_impressions_without_a_turn_are_left_out_and_never_repeated() -> None:
    # GIVEN a rate with one turn for impressions
    tracker = fakes.InMemoryEventTracker()
    recorder = recorder_of(tracker, impressions=1)
    # WHEN three viewers see something, and one of a fourth clicks THEN the stream goes on
    many = [seen(at, f"viewer-{at}") for at in range(3)]
    assert recorder.record([*many, recorded(4, "d")]) == []
    assert tracker.calls == [[recorded(4, "d")], [many[0]]]
    telemetry = recorder.telemetry
    assert isinstance(telemetry, fakes.RecordedTelemetry)
    assert telemetry.counts[Metric.IMPRESSIONS_LEFT_OUT] == 2
    assert Metric.EVENTS_REFUSED not in telemetry.counts


def test_old_impressions_are_left_out_and_old_choices_are_not() -> None:
    # GIVEN records that have waited in the stream
    tracker, impression, choice = fakes.InMemoryEventTracker(), seen(1, "a"), recorded(1, "b")
    clock = fakes.FrozenClock(choice.received_at + LIVE_FOR + timedelta(seconds=1))
    recorder_of(tracker, clock=clock).record([impression, choice])
    assert tracker.calls == [[choice]]


def test_choices_wait_for_their_turn() -> None:
    # GIVEN a rate whose turns of this second are used up
    class NextSecond(fakes.FixedBudget):
        def take_token(self, now: datetime) -> bool:
            return now >= full_at

    clock, tracker = fakes.FrozenClock(), fakes.InMemoryEventTracker()
    full_at = clock.now + timedelta(seconds=2)
    recorder = recorder_of(tracker, clock=clock)
    recorder = replace(recorder, rate=replace(recorder.rate, choices=NextSecond()))
    assert recorder.record([recorded(1, "a"), recorded(2, "b")]) == []
    assert (len(tracker.calls), clock.now) == (2, full_at)


def test_choices_that_get_no_turn_are_delivered_again() -> None:
    clock, tracker = fakes.FrozenClock(), fakes.InMemoryEventTracker()
    began = clock.now
    choices = [recorded(at, f"viewer-{at}") for at in range(3)]
    recorder = recorder_of(tracker, choices=1, clock=clock)
    assert recorder.record([seen(9, "z"), *choices]) == choices[1:]
    assert tracker.calls == [choices[:1]]
    assert clock.now - began <= LONGEST_WAIT


def test_a_tracker_that_throttles_impressions_repeats_nothing() -> None:
    tracker = fakes.InMemoryEventTracker(refusal=Refusal.THROTTLED)
    assert recorder_of(tracker).record([seen(1, "a"), seen(2, "b")]) == []
