"""The path of a goal in delivery mode `broadcast`, from the Moment to channels and documents."""

import json
from typing import Any

import boto3
import pytest

from domain.audience import Audience
from domain.channel import document_key
from domain.component import Slot
from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_audiences import DynamoAudienceStore
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.handlers import build_context, dispatch_components, plan_dispatch
from lambdas.handlers.composition import audiences, dispatch, recommendations
from lambdas.handlers.composition.clock import now
from tests.support import aws, builders, fakes
from tests.support.lambda_context import LambdaContext

MATCH = "turkey-italy"
GROUPS = [
    Audience(cohort=builders.a_viewer(team=team).cohort, consents=frozenset()) for team in ("Italy", "Turkey")
]
NAMED = builders.a_viewer(7)


@pytest.fixture
def publisher(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> fakes.RecordingPoster:
    """Set the environment of a stage that broadcasts, with a match that two audiences follow."""
    monkeypatch.setenv("DELIVERY_MODE", "broadcast")
    monkeypatch.setenv("EVENTS_URL", "https://example.appsync-api.eu-west-1.amazonaws.com/event")
    monkeypatch.setenv("DOCUMENTS_BUCKET_NAME", "documents")
    monkeypatch.setenv("JOINS_PER_SECOND", "1500")
    monkeypatch.delenv("CONNECTION_SHARDS")
    boto3.client("s3").create_bucket(
        Bucket="documents", CreateBucketConfiguration={"LocationConstraint": aws.REGION}
    )
    catalogue = DynamoCatalogueStore(
        boto3.client("dynamodb"), components_table="components", constraints_table="constraints"
    )
    catalogue.replace_components(
        [builders.a_component("poll"), builders.a_component("stats", Slot.TICKER, editorial_rank=2)]
    )
    DynamoMatchStore(client("dynamodb"), "matches", now).put_match(builders.a_match())
    store = DynamoAudienceStore(client("dynamodb"), "connections")
    for group in GROUPS:
        store.add(MATCH, group, now())
    store.add_named(MATCH, NAMED, now(), limit=1)
    recording = fakes.RecordingPoster()
    audiences.channel_publisher.supply(recording)
    dispatch.decision_log.supply(fakes.InMemoryDecisionLog())
    recommendations.recommender.supply(fakes.ScriptedRecommender("stats", "poll"))
    return recording


def sqs(*bodies: object) -> dict[str, Any]:
    records = [
        {"messageId": str(index), "receiptHandle": "h", "body": json.dumps(body)}
        for index, body in enumerate(bodies)
    ]
    return {"Records": records}


def document(audience: Audience) -> dict[str, Any]:
    stored = boto3.client("s3").get_object(Bucket="documents", Key=document_key(audience.address(MATCH)))
    read: dict[str, Any] = json.loads(stored["Body"].read())
    return read


def test_a_goal_reaches_every_audience_and_named_viewer_once(
    resources: dict[str, str], runtime: LambdaContext, publisher: fakes.RecordingPoster
) -> None:
    # WHEN a goal is merged, and its tasks are delivered twice
    build_context.handler(sqs(builders.a_moment().to_dict()), runtime)
    tasks = aws.messages(resources["DISPATCH_QUEUE_URL"])
    assert [len(task["audiences"]) for task in tasks] == [2, 1]
    for _ in range(2):
        assert dispatch_components.handler(sqs(*tasks), runtime) == {"batchItemFailures": []}
    # THEN each channel has it once, and each document too
    everyone = [*GROUPS, Audience.of_one(NAMED)]
    inboxes = [publisher.inboxes[each.address(MATCH)] for each in everyone]
    assert [[json.loads(body)["version"] for body in inbox] for inbox in inboxes] == [[1]] * 3
    assert [document(each)["rung"] for each in everyone] == ["cohort", "cohort", "viewer"]
    assert document(GROUPS[0])["score"] == [0, 1]


def test_a_version_that_its_writer_did_not_plan_is_planned_by_the_stream(
    resources: dict[str, str], runtime: LambdaContext, publisher: fakes.RecordingPoster
) -> None:
    build_context.handler(sqs(builders.a_moment().to_dict()), runtime)
    planned = aws.messages(resources["DISPATCH_QUEUE_URL"])
    boto3.client("dynamodb").delete_item(
        TableName="connections", Key={"pk": {"S": f"LEDGER#{MATCH}#1"}, "sk": {"S": "PLANNED"}}
    )
    item = boto3.client("dynamodb").get_item(
        TableName="matches", Key={"match_id": {"S": MATCH}, "item": {"S": "CONTEXT"}}
    )["Item"]
    change = {"SequenceNumber": "1", "NewImage": item}
    plan_dispatch.handler({"Records": [{"eventName": "INSERT", "dynamodb": change}]}, runtime)
    again = aws.messages(resources["DISPATCH_QUEUE_URL"])
    assert [task["audiences"] for task in again] == [task["audiences"] for task in planned]
