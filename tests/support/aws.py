"""The stacks' tables, queues and streams in moto, and the functions' environment."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from domain.audit import LINES_BY_TIME
from lambdas.adapters.aws import client, impatient_client, patient_client
from lambdas.handlers.composition.provider import reset_all
from local.twin.moto import atomic_calls

REGION = "eu-west-1"
KEYS = {
    "matches": ("match_id", "item"),
    "components": ("catalogue", "component_id"),
    "constraints": ("rule_set", "rule_id"),
    "connections": ("pk", "sk"),
    "night": ("match_id", "entry"),
    "audit": ("match_id", "line"),
}
INDEXES = {"audit": (LINES_BY_TIME, ("match_id", "at"))}
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@cache
def session() -> boto3.Session:
    """Return the session of all tests, which reads the model of each service once; first call it in moto."""
    return boto3.Session()


@contextmanager
def resources(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Create the functions' resources and set their environment; yield the variables."""
    for name in CREDENTIALS:
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Touchline")
    atomic_calls.install()
    with mock_aws():
        names = {**_tables(), **_queues(), **_streams()}
        secret = (
            session()
            .client("secretsmanager", REGION)
            .create_secret(Name="feed-keys", SecretString=json.dumps({"default": "open sesame"}))
        )
        names["FEED_KEYS_SECRET_ARN"] = secret["ARN"]
        key = (
            session()
            .client("secretsmanager", REGION)
            .create_secret(Name="placement-key", SecretString="placed by us")
        )
        names["PLACEMENT_KEY_SECRET_ARN"] = key["ARN"]
        names |= {
            "CONNECTION_SHARDS": "4",
            "INTERACTIONS_PER_SECOND": "1000",
            "SOCKETS_PER_VIEWER": "20",
            "DELIVERY_MODE": "connections",
            "POSTS_PER_SECOND": "9000",
            "POST_BURST": "5000",
            "CAMPAIGN_ARN": f"arn:aws:personalize:{REGION}:123456789012:campaign/touchline",
            "CAMPAIGN_TRANSACTIONS_PER_SECOND": "40",
            "RECOMMENDATION_MODE": "cohort",
            "EXPERIMENT_SEASON": "test",
            "EXPERIMENT_HOLDOUT_SHARE": "0",
            "EXPERIMENT_TRIAL_SHARE": "0",
            "TRACKING_ID": "tracker",
            "EVENT_CALLS_PER_SECOND": "1000",
        }
        for name, value in names.items():
            monkeypatch.setenv(name, value)
        forget_collaborators()
        yield names
        forget_collaborators()


@contextmanager
def calls_of(*services: str) -> Iterator[list[str]]:
    """Yield the operations that the functions call with their clients of these services meanwhile."""
    operations: list[str] = []

    def record(model: Any, **_: Any) -> None:
        operations.append(model.name)

    for service in services:
        client(service).meta.events.register("before-call", record)
    yield operations
    for service in services:
        client(service).meta.events.unregister("before-call", record)


def forget_collaborators() -> None:
    """Make the functions build their clients and collaborators anew."""
    reset_all()
    for build in (client, impatient_client, patient_client):
        build.cache_clear()


def _tables() -> dict[str, str]:
    dynamodb = session().client("dynamodb", REGION)
    for table, keys in KEYS.items():
        index = INDEXES.get(table)
        names = {*keys, *(index[1] if index else ())}
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)],
            KeySchema=_key_schema(*keys),
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            **({"GlobalSecondaryIndexes": [_index(*index)]} if index else {}),
        )
    return {f"{table.upper()}_TABLE_NAME": table for table in KEYS}


def _index(name: str, keys: tuple[str, str]) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": _key_schema(*keys), "Projection": {"ProjectionType": "ALL"}}


def _key_schema(partition_key: str, sort_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition_key, "KeyType": "HASH"},
        {"AttributeName": sort_key, "KeyType": "RANGE"},
    ]


def _queues() -> dict[str, str]:
    sqs = session().client("sqs", REGION)
    return {
        "MOMENTS_QUEUE_URL": sqs.create_queue(QueueName="moments")["QueueUrl"],
        "DISPATCH_QUEUE_URL": sqs.create_queue(QueueName="dispatch")["QueueUrl"],
        "PREPARATION_QUEUE_URL": sqs.create_queue(QueueName="preparation")["QueueUrl"],
        "DEAD_LETTERS_QUEUE_URL": sqs.create_queue(QueueName="dead-letters")["QueueUrl"],
        "ANNOUNCEMENTS_QUEUE_URL": sqs.create_queue(
            QueueName="announcements.fifo", Attributes={"FifoQueue": "true"}
        )["QueueUrl"],
    }


def _streams() -> dict[str, str]:
    kinesis = session().client("kinesis", REGION)
    for stream in ("signals", "interactions"):
        kinesis.create_stream(StreamName=stream, ShardCount=1)
    return {"SIGNALS_STREAM_NAME": "signals", "INTERACTIONS_STREAM_NAME": "interactions"}


def messages(queue_url: str) -> list[dict[str, Any]]:
    """Receive every message of a queue."""
    sqs = session().client("sqs", REGION)
    found: list[dict[str, Any]] = []
    while received := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in received]
    return found


def records(stream: str) -> list[dict[str, Any]]:
    """Read every record of a stream."""
    kinesis = session().client("kinesis", REGION)
    shard = kinesis.describe_stream(StreamName=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    return [json.loads(record["Data"]) for record in kinesis.get_records(ShardIterator=iterator)["Records"]]
