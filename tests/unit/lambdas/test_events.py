"""Each handler accepts the full event that AWS sends."""

import json
from typing import Any

import boto3
import pytest

from domain.validation import format_instant
from lambdas.handlers import (
    build_context,
    connect,
    default,
    disconnect,
    dispatch_components,
    ingest_feed,
    load_catalogue,
    plan_dispatch,
    record_interactions,
    subscribe,
)
from lambdas.handlers.composition import dispatch, interactions, posts
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.stores import match_store
from lambdas.handlers.errors import BatchFailedError
from paths import ROOT
from tests.support import aws, builders, fakes
from tests.support.lambda_context import LambdaContext

EVENTS = ROOT / "tests" / "events"
CONNECTION = "X3yNEcuvDoECEXw="


def event(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return content


def receive(sqs: Any, url: str) -> dict[str, Any]:
    """Return the next message of a queue as the record that a function gets; wait for it for five seconds."""
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, MessageSystemAttributeNames=["All"])[
        "Messages"
    ]
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
    }


@pytest.fixture(autouse=True)
def announced(resources: dict[str, str]) -> None:
    match = builders.a_match().to_dict() | {"kick_off": format_instant(now())}
    boto3.client("dynamodb").put_item(
        TableName="matches",
        Item={
            "match_id": {"S": "turkey-italy"},
            "item": {"S": "MATCH"},
            "match": {"S": json.dumps(match)},
        },
    )


def test_a_connection_is_opened_used_and_closed(resources: dict[str, str], runtime: LambdaContext) -> None:
    opened = connect.handler(event("websocket_connect"), runtime)
    assert opened == {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "touchline.v1"}}
    snapshot = json.loads(subscribe.handler(event("websocket_subscribe"), runtime)["body"])
    assert (snapshot["type"], snapshot["rung"], snapshot["requestId"]) == ("components", "keep", "r-1")
    refused = json.loads(default.handler(event("websocket_default"), runtime)["body"])
    assert (refused["code"], refused["field"]) == ("BAD_REQUEST", "body")
    assert disconnect.handler(event("websocket_disconnect"), runtime) == {"statusCode": 200}
    # THEN nothing is left but what the viewer saw and that none of their connections is open, which expire
    left = boto3.client("dynamodb").scan(TableName="connections")["Items"]
    assert {row["sk"]["S"] for row in left} == {"CONNECTIONS", "EXPOSURES"}
    assert all("expires_at" in row and "connections" not in row for row in left)


def test_a_moment_is_dispatched_to_a_connection(
    resources: dict[str, str], runtime: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    poster = fakes.RecordingPoster()
    posts.connection_poster.supply(poster)
    dispatch.decision_log.supply(fakes.InMemoryDecisionLog())
    monkeypatch.setenv("CONNECTION_SHARDS", "1")
    subscribe.handler(event("websocket_subscribe"), runtime)
    assert build_context.handler(event("sqs_moments"), runtime) == {"batchItemFailures": []}
    assert plan_dispatch.handler(event("dynamodb_stream_context"), runtime) == {"batchItemFailures": []}
    (planned,) = aws.messages(resources["DISPATCH_QUEUE_URL"])
    recorded = json.loads(event("sqs_dispatch")["Records"][0]["body"])
    assert planned.keys() == recorded.keys()
    assert dispatch_components.handler(event("sqs_dispatch"), runtime) == {"batchItemFailures": []}
    (body,) = poster.inboxes[CONNECTION]
    assert json.loads(body)["moment"]["player"] == "Merih Demiral"


@pytest.mark.parametrize("cause", ["failing", "throttled"])
def test_a_dispatch_that_is_incomplete_is_delivered_again_after_seconds(
    resources: dict[str, str], runtime: LambdaContext, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    # GIVEN a queue whose messages return after six minutes, and a connection that gets no post
    sqs, url = boto3.client("sqs"), resources["DISPATCH_QUEUE_URL"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "360"})
    poster = fakes.RecordingPoster()
    getattr(poster, cause).add(CONNECTION)
    posts.connection_poster.supply(poster)
    dispatch.decision_log.supply(fakes.InMemoryDecisionLog())
    monkeypatch.setenv("CONNECTION_SHARDS", "1")
    subscribe.handler(event("websocket_subscribe"), runtime)
    sqs.send_message(QueueUrl=url, MessageBody=event("sqs_dispatch")["Records"][0]["body"])
    # WHEN its task is dispatched, in a function whose time is over soon
    record = receive(sqs, url)
    assert dispatch_components.handler({"Records": [record]}, LambdaContext(8_200)) == {
        "batchItemFailures": [{"itemIdentifier": record["messageId"]}]
    }
    # THEN the task is delivered again within seconds, and served when the connection can be reached
    again = receive(sqs, url)
    assert again["attributes"]["ApproximateReceiveCount"] == "2"
    getattr(poster, cause).clear()
    assert dispatch_components.handler({"Records": [again]}, runtime) == {"batchItemFailures": []}
    assert len(poster.inboxes[CONNECTION]) == 1


def test_a_moment_whose_merge_fails_is_delivered_again_after_seconds(
    resources: dict[str, str], runtime: LambdaContext
) -> None:
    # GIVEN a queue whose messages return after a minute and a half, and a match that is not announced yet
    sqs, url = boto3.client("sqs"), resources["MOMENTS_QUEUE_URL"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "90"})
    body = json.dumps(builders.a_moment(match_id="later").to_dict())
    sqs.send_message(QueueUrl=url, MessageBody=body)
    # WHEN its Moment fails
    with pytest.raises(BatchFailedError):
        build_context.handler({"Records": [receive(sqs, url)]}, runtime)
    # THEN it is delivered again within seconds, and merged once the match is known
    again = receive(sqs, url)
    assert again["attributes"]["ApproximateReceiveCount"] == "2"
    match_store().put_match(builders.a_match("later"))
    assert build_context.handler({"Records": [again]}, runtime) == {"batchItemFailures": []}


def test_interactions_in_the_stream_are_recorded(resources: dict[str, str], runtime: LambdaContext) -> None:
    tracker = fakes.InMemoryEventTracker()
    interactions.event_tracker.supply(tracker)
    assert record_interactions.handler(event("kinesis_interactions"), runtime) == {"batchItemFailures": []}
    assert [entry.viewer_id for (entry,) in tracker.calls] == ["viewer-1"]


def test_an_invalid_catalogue_file_is_rejected(
    resources: dict[str, str], runtime: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURATED_BUCKET_NAME", "curated")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="curated", CreateBucketConfiguration={"LocationConstraint": aws.REGION})
    s3.put_object(Bucket="curated", Key="catalogue/components.json", Body=b"hello")
    answer = load_catalogue.handler(event("eventbridge_object_created"), runtime)
    assert answer == {"published": False}


def test_a_feed_with_an_old_signature_is_refused(resources: dict[str, str], runtime: LambdaContext) -> None:
    answer = ingest_feed.handler(event("http_api_feed"), runtime)
    assert answer["statusCode"] == 401
    assert "within 300 s" in answer["body"]
