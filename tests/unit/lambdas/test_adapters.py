"""Adapters against botocore's shapes: partial failures, throttling and the content of calls."""

import json
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from domain.recommendation import Refusal
from lambdas.adapters.firehose import FirehoseDecisionLog
from lambdas.adapters.kinesis import KinesisInteractionStream
from lambdas.adapters.personalize import (
    PersonalizeEventTracker,
    PersonalizeRecommender,
)
from lambdas.adapters.retry import LONGEST_PAUSE_SECONDS, jittered_pause, write_all
from tests.support import fakes
from tests.support.interactions import COLUMNS, recorded

ARN = "arn:aws:personalize:eu-west-1:123456789012:campaign/touchline"


def stubbed(service: str) -> tuple[Any, Stubber]:
    client = boto3.client(service, "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing")
    return client, Stubber(client)


def test_a_recommendation_is_requested_with_its_context() -> None:
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
def test_a_refusal_is_derived_from_the_error_code(code: str, refusal: Refusal) -> None:
    client, stub = stubbed("personalize-runtime")
    stub.add_client_error("get_recommendations", code)
    with stub:
        assert PersonalizeRecommender(lambda: client, ARN).recommend("u", {}, 1) is refusal


def test_an_event_carries_the_context_in_camel_case() -> None:
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


def test_only_refused_records_are_retried() -> None:
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


def test_entries_refused_despite_retries_are_returned() -> None:
    lost = write_all([[1, 2], [3]], lambda batch: batch[-1:], attempts=2, sleep=lambda _: None)
    assert lost == [2, 3]


def test_pauses_double_up_to_a_bound() -> None:
    assert [jittered_pause(attempt, lambda: 1.0) for attempt in (1, 2, 3)] == [0.05, 0.1, 0.2]
    assert jittered_pause(30, lambda: 1.0) == LONGEST_PAUSE_SECONDS
    assert jittered_pause(3, lambda: 0.0) == 0


def test_lost_decisions_are_counted_without_an_error() -> None:
    client, stub = stubbed("firehose")
    stub.add_client_error("put_record_batch", "ServiceUnavailableException")
    telemetry = fakes.RecordedTelemetry()
    log = FirehoseDecisionLog(lambda: client, "decisions", telemetry)  # type: ignore[arg-type]
    with stub:
        log.record([{"rung": "cohort"}, {"rung": "keep"}])
    assert telemetry.counts["DecisionsLost"] == 2


def test_decisions_are_split_into_calls_that_firehose_accepts() -> None:
    # GIVEN decisions with many refused components, five megabytes together
    decisions = [{"number": number, "refused": "x" * 500_000} for number in range(10)]
    calls: list[list[int]] = []

    class Firehose:
        def put_record_batch(self, **request: Any) -> dict[str, int]:
            calls.append([json.loads(record["Data"])["number"] for record in request["Records"]])
            assert sum(len(record["Data"]) for record in request["Records"]) <= 4 * 1024 * 1024
            return {"FailedPutCount": 0}

    log = FirehoseDecisionLog(Firehose, "decisions", fakes.RecordedTelemetry())  # type: ignore[arg-type]
    log.record(decisions)
    assert calls == [list(range(7)), [7, 8, 9]]
