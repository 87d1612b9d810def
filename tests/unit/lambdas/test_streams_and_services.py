"""Adapters against botocore's own shapes: partial failures, throttling, what each call carries."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from domain.component import Slot
from domain.interaction import Interaction, InteractionType, RecordedInteraction
from domain.recommendation import Refusal
from lambdas.adapters.firehose import FirehoseDecisionLog
from lambdas.adapters.kinesis import KinesisInteractionStream
from lambdas.adapters.personalize import (
    PersonalizeCampaign,
    PersonalizeEventTracker,
    PersonalizeRecommender,
)
from lambdas.adapters.retry import LONGEST_PAUSE_SECONDS, jittered_pause, write_all
from lambdas.handlers import record_interactions, set_campaign_capacity
from lambdas.handlers.composition import interactions
from lambdas.logic.interaction_recorder import InteractionRecorder
from tests import fakes
from tests.support.lambda_context import LambdaContext
from tests.unit.lambdas import aws

ARN = "arn:aws:personalize:eu-west-1:123456789012:campaign/touchline"
COLUMNS = {"MATCH_EVENT": "goal", "SCORE_DIFFERENCE": "level"}


def recorded(number: int = 1, viewer: str = "viewer-1", session: str = "s1") -> RecordedInteraction:
    return RecordedInteraction(
        interaction=Interaction(
            type=InteractionType.CLICK,
            component_id="poll",
            slot=Slot.OVERLAY,
            version=3,
            occurred_at=fakes.KICK_OFF + timedelta(seconds=number),
            recommendation_id="rec",
            impression=("poll", "stats"),
        ),
        match_id="turkey-italy",
        viewer_id=viewer,
        cohort_key="Italy|25-34|IT|premium",
        session_id=session,
        columns=COLUMNS,
    )


def stubbed(service: str) -> tuple[Any, Stubber]:
    client = boto3.client(service, "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing")
    return client, Stubber(client)


def test_a_recommendation_is_asked_in_its_context():
    client, stub = stubbed("personalize-runtime")
    stub.add_response(
        "get_recommendations",
        {"itemList": [{"itemId": "a", "score": 0.5}, {"itemId": "b"}], "recommendationId": "r"},
        {"campaignArn": ARN, "userId": "cohort:x", "context": COLUMNS, "numResults": 40},
    )
    with stub:
        answer = PersonalizeRecommender(lambda: client, ARN).recommend("cohort:x", COLUMNS, 40)
    assert answer == (("a", "b"), "r")


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("ThrottlingException", Refusal.THROTTLED),
        ("TooManyRequestsException", Refusal.THROTTLED),
        ("ResourceNotFoundException", Refusal.MISSING),
        ("InvalidInputException", Refusal.INVALID),
        ("InternalFailure", Refusal.FAILED),
    ],
)
def test_a_refusal_is_known_by_its_code(code: str, refusal: Refusal):
    client, stub = stubbed("personalize-runtime")
    stub.add_client_error("get_recommendations", code)
    with stub:
        assert PersonalizeRecommender(lambda: client, ARN).recommend("u", {}, 1) is refusal


def test_an_event_carries_the_context_in_the_columns_camel_names():
    client, stub = stubbed("personalize-events")
    stub.add_response(
        "put_events",
        {},
        {
            "trackingId": "tracker",
            "userId": "viewer-1",
            "sessionId": "s1",
            "eventList": [
                {
                    "eventId": recorded().id,
                    "eventType": "click",
                    "itemId": "poll",
                    "sentAt": ANY,
                    "properties": '{"matchEvent":"goal","scoreDifference":"level"}',
                    "recommendationId": "rec",
                    "impression": ["poll", "stats"],
                }
            ],
        },
    )
    with stub:
        assert PersonalizeEventTracker(client, "tracker").put_events([recorded()]) is None
        stub.assert_no_pending_responses()


def test_a_campaign_is_provisioned():
    client, stub = stubbed("personalize")
    stub.add_response("update_campaign", {}, {"campaignArn": ARN, "minProvisionedTPS": 40})
    with stub:
        PersonalizeCampaign(client, ARN).provision(40)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("wanted", [None, 0, "40", True, 1.5])
def test_a_capacity_that_is_none_is_refused(
    resources: dict[str, str], runtime: LambdaContext, monkeypatch: pytest.MonkeyPatch, wanted: object
):
    for name in ("SCHEDULE_GROUP_NAME", "SCHEDULE_ROLE_ARN", "RESTING_TRANSACTIONS_PER_SECOND"):
        monkeypatch.setenv(name, "2")
    with pytest.raises(Exception, match="minimum_transactions_per_second: expected a whole number"):
        set_campaign_capacity.handler({"minimum_transactions_per_second": wanted}, runtime)


def test_the_refused_records_alone_are_written_again():
    client, stub = stubbed("kinesis")
    first, second = recorded(1), recorded(2)
    done = {"SequenceNumber": "1", "ShardId": "s"}
    refused = {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "slow down"}
    data = [(json.dumps(entry.to_dict()) + "\n").encode() for entry in (first, second)]
    for answer, sent in (([done, refused], data), ([done], data[1:])):
        stub.add_response(
            "put_records",
            {"Records": answer},
            {
                "StreamName": "interactions",
                "Records": [{"Data": body, "PartitionKey": "viewer-1"} for body in sent],
            },
        )
    with stub:
        assert KinesisInteractionStream(client, "interactions").put_interactions([first, second]) == 0
        stub.assert_no_pending_responses()


def test_what_is_refused_for_good_is_named():
    lost = write_all([1, 2, 3], lambda batch: batch[-1:], batch_size=2, attempts=2, sleep=lambda _: None)
    assert lost == [2, 3]


def test_pauses_grow_and_have_a_bound():
    assert [jittered_pause(attempt, lambda: 1.0) for attempt in (1, 2, 3)] == [0.05, 0.1, 0.2]
    assert jittered_pause(30, lambda: 1.0) == LONGEST_PAUSE_SECONDS
    assert jittered_pause(3, lambda: 0.0) == 0


def test_lost_decisions_are_counted_and_fail_nothing():
    client, stub = stubbed("firehose")
    stub.add_client_error("put_record_batch", "ServiceUnavailableException")
    telemetry = fakes.RecordedTelemetry()
    log = FirehoseDecisionLog(lambda: client, "decisions", telemetry)  # type: ignore[arg-type]
    with stub:
        log.record([{"rung": "cohort"}, {"rung": "keep"}])
    assert telemetry.counts["DecisionsLost"] == 2


def test_events_are_told_in_tens_by_viewer_and_session():
    tracker = fakes.InMemoryEventTracker()
    recorder = InteractionRecorder(
        tracker=tracker, dead_letters=fakes.InMemoryDeadLetters(), telemetry=fakes.RecordedTelemetry()
    )
    many = [recorded(number) for number in range(23)] + [recorded(1, "viewer-2"), recorded(1, session="s2")]
    assert recorder.record(many) == []
    assert [len(call) for call in tracker.calls] == [10, 10, 3, 1, 1]


def test_the_recommender_is_not_told_how_long_a_component_was_watched():
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


def test_a_poison_interaction_is_set_aside_and_its_neighbours_recorded(
    resources: dict[str, str], runtime: LambdaContext
):
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


def test_the_stream_starts_again_after_what_the_tracker_took(
    resources: dict[str, str], runtime: LambdaContext
):
    # GIVEN a tracker that has room for one call, and sessions whose records are mixed
    class Narrow(fakes.InMemoryEventTracker):
        def put_events(self, interactions: Sequence[RecordedInteraction]) -> Refusal | None:
            self.refusal = Refusal.THROTTLED if self.calls else None
            return super().put_events(interactions)

    tracker = Narrow()
    interactions.event_tracker.supply(tracker)
    sessions = ["s1", "s1", "s2", "s1", "s3"]
    bodies = [
        json.dumps(recorded(at, session=session).to_dict()).encode() for at, session in enumerate(sessions)
    ]
    # THEN what comes again begins with the first record of the sessions that found no room
    answer = record_interactions.handler(kinesis(*bodies), runtime)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_a_throttled_tracker_starts_the_stream_again_from_the_first_it_refused(
    resources: dict[str, str], runtime: LambdaContext
):
    tracker = fakes.InMemoryEventTracker(refusal=Refusal.THROTTLED)
    interactions.event_tracker.supply(tracker)
    bodies = [b"poison", *(json.dumps(recorded(number).to_dict()).encode() for number in (1, 2))]
    answer = record_interactions.handler(kinesis(*bodies), runtime)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_what_the_tracker_never_takes_is_set_aside():
    dead_letters = fakes.InMemoryDeadLetters()
    recorder = InteractionRecorder(
        tracker=fakes.InMemoryEventTracker(refusal=Refusal.INVALID),
        dead_letters=dead_letters,
        telemetry=fakes.RecordedTelemetry(),
    )
    assert recorder.record([recorded()]) == []
    assert len(dead_letters.letters) == 1


def test_what_the_tracker_never_takes_costs_its_neighbours_in_the_call_nothing():
    # GIVEN a tracker that takes all of a call or none, and one act that it never takes
    poison = recorded(4).id

    class ParticularTracker(fakes.InMemoryEventTracker):
        def put_events(self, interactions: Any) -> Refusal | None:
            if any(entry.id == poison for entry in interactions):
                return Refusal.INVALID
            return super().put_events(interactions)

    tracker, dead_letters = ParticularTracker(), fakes.InMemoryDeadLetters()
    recorder = InteractionRecorder(
        tracker=tracker, dead_letters=dead_letters, telemetry=fakes.RecordedTelemetry()
    )
    # WHEN it comes among others of its viewer's session
    assert recorder.record([recorded(number) for number in range(12)]) == []
    # THEN the others are told, in their order, and it alone is set aside
    told = [entry.id for call in tracker.calls for entry in call]
    assert told == [recorded(number).id for number in range(12) if number != 4]
    assert [json.loads(letter["payload"])["interaction_id"] for letter in dead_letters.letters] == [poison]


def test_a_tracker_without_room_is_left_alone_for_the_rest_of_the_batch():
    # GIVEN a tracker that takes one call and then is throttled
    class FullTracker(fakes.InMemoryEventTracker):
        asked = 0

        def put_events(self, interactions: Any) -> Refusal | None:
            self.asked += 1
            return super().put_events(interactions) if self.asked == 1 else Refusal.THROTTLED

    tracker = FullTracker()
    recorder = InteractionRecorder(
        tracker=tracker, dead_letters=fakes.InMemoryDeadLetters(), telemetry=fakes.RecordedTelemetry()
    )
    # WHEN five viewers' acts come THEN one call more is made, and four viewers' acts come again
    many = [recorded(number, f"viewer-{number}") for number in range(5)]
    assert recorder.record(many) == many[1:]
    assert tracker.asked == 2
