"""What moto keeps has a bound, and a reader that follows loses nothing."""

import gc
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends
from moto.core.common_models import BaseModel
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamRecord, StreamShard
from moto.dynamodbstreams.models import DynamoDBStreamsBackend, ShardIterator, dynamodbstreams_backends
from moto.kinesis.models import Shard
from moto.sns.models import Topic, sns_backends
from moto.sqs.models import Message, Queue, sqs_backends

from local.twin.moto import retention
from local.twin.moto.expiry import delete_expired

REGION, ACCOUNT = "eu-central-1", "123456789012"
STREAMS_URL = f"https://streams.dynamodb.{REGION}.amazonaws.com"
"""The address that moto knows; boto3 resolves a newer one."""
PATCHED: tuple[tuple[Any, str], ...] = (
    (BaseModel, "__new__"),
    (Shard, "put_record"),
    (StreamRecord, "__init__"),
    (StreamRecord, "to_json"),
    (StreamShard, "add"),
    (StreamShard, "get"),
    (ShardIterator, "arn"),
    (DynamoDBStreamsBackend, "get_shard_iterator"),
    (DynamoDBStreamsBackend, "get_records"),
    (Topic, "publish"),
    (Queue, "__init__"),
    (CloudWatchBackend, "put_metric_data"),
)
KEPT, SENT = 3, 8


@pytest.fixture(autouse=True)
def bounded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Patch moto with a bound of three, for one test."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for bound in ("KEPT_RECORDS", "KEPT_CHANGES", "KEPT_METRIC_DATA", "KEPT_HANDLES"):
        monkeypatch.setattr(retention, bound, KEPT)
    monkeypatch.setattr(retention, "KEPT_SECONDS", 0.0)
    for owner, name in PATCHED:
        monkeypatch.setattr(owner, name, getattr(owner, name))  # undone after the test
    with mock_aws():
        retention.install()
        yield


def client(service: str) -> Any:
    url = STREAMS_URL if service == "dynamodbstreams" else None
    return boto3.client(service, REGION, endpoint_url=url)


def put_records(count: int) -> Any:
    """Put numbered records into a new stream, and return an iterator at its start."""
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="signals", ShardCount=1)
    for number in range(count):
        kinesis.put_record(StreamName="signals", PartitionKey="m1", Data=str(number).encode())
    return kinesis.get_shard_iterator(
        StreamName="signals", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]


def read_records(iterator: str) -> list[bytes]:
    return [record["Data"] for record in client("kinesis").get_records(ShardIterator=iterator)["Records"]]


def a_table() -> str:
    """Create a table with a stream and a time to live, and return the stream's ARN."""
    dynamodb = client("dynamodb")
    description = dynamodb.create_table(
        TableName="matches",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    dynamodb.update_time_to_live(
        TableName="matches", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    return str(description["TableDescription"]["LatestStreamArn"])


def put_item(name: str, **attributes: Any) -> None:
    client("dynamodb").put_item(
        TableName="matches", Item={"pk": {"S": "m1"}, "sk": {"S": name}, **attributes}
    )


def iterator_of(stream_arn: str, position: str) -> str:
    streams = client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=stream_arn)["StreamDescription"]["Shards"][0]
    return str(
        streams.get_shard_iterator(
            StreamArn=stream_arn, ShardId=shard["ShardId"], ShardIteratorType=position
        )["ShardIterator"]
    )


def read_changes(iterator: str, limit: int = 100) -> tuple[list[str], str]:
    """Return the keys of the next changes, and the next iterator."""
    answer = client("dynamodbstreams").get_records(ShardIterator=iterator, Limit=limit)
    keys = [record["dynamodb"]["Keys"]["sk"]["S"] for record in answer["Records"]]
    return keys, answer["NextShardIterator"]


def objects_of(kind: type) -> int:
    """Return how many objects of a type are alive."""
    gc.collect()
    return sum(type(each) is kind for each in gc.get_objects())


def test_items_and_messages_are_freed_when_nothing_holds_them() -> None:
    a_table()
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="tasks")["QueueUrl"]
    before = objects_of(Item), objects_of(Message)
    for number in range(SENT):
        put_item("same", number={"N": str(number)})
        client("dynamodb").scan(TableName="matches")
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert objects_of(Item) == before[0] + 1
    assert objects_of(Message) == before[1]


def test_a_shard_keeps_its_newest_records() -> None:
    assert read_records(put_records(SENT)) == [b"5", b"6", b"7"]


def test_a_shard_keeps_every_record_of_the_last_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "KEPT_SECONDS", 60.0)
    assert len(read_records(put_records(SENT))) == SENT


def test_a_table_stream_keeps_its_newest_changes() -> None:
    stream_arn = a_table()
    for number in range(SENT):
        put_item(str(number))
    keys, _ = read_changes(iterator_of(stream_arn, "TRIM_HORIZON"))
    assert keys == ["5", "6", "7"]


def test_a_reader_that_follows_a_table_stream_loses_no_change() -> None:
    stream_arn, seen = a_table(), []
    put_item("before")
    iterator = iterator_of(stream_arn, "LATEST")
    for number in range(SENT):
        put_item(str(number))
        keys, iterator = read_changes(iterator, limit=1)
        seen += keys
    assert seen == [str(number) for number in range(SENT)]


def test_a_reader_that_is_far_behind_continues_at_the_oldest_change_kept() -> None:
    stream_arn = a_table()
    iterator = iterator_of(stream_arn, "TRIM_HORIZON")
    for number in range(SENT):
        put_item(str(number))
    keys, iterator = read_changes(iterator)
    assert keys == ["5", "6", "7"]
    assert read_changes(iterator)[0] == []


def test_reading_a_table_stream_leaves_no_iterators_behind() -> None:
    iterator = iterator_of(a_table(), "LATEST")
    for _ in range(SENT):
        _, iterator = read_changes(iterator)
    assert len(dynamodbstreams_backends[ACCOUNT][REGION].shard_iterators) == 0


def test_a_topic_keeps_no_messages() -> None:
    sns = client("sns")
    topic_arn = sns.create_topic(Name="moments")["TopicArn"]
    for number in range(SENT):
        sns.publish(TopicArn=topic_arn, Message=str(number))
    assert sns_backends[ACCOUNT][REGION].topics[topic_arn].sent_notifications == []


def test_a_queue_keeps_the_newest_handles_of_deleted_messages() -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="tasks")["QueueUrl"]
    for number in range(SENT):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])  # again, which is no error
    assert len(sqs_backends[ACCOUNT][REGION].get_queue("tasks").deleted_messages) == KEPT


def test_the_metrics_of_streams_have_a_bound() -> None:
    put_records(SENT)
    assert len(cloudwatch_backends[ACCOUNT][REGION].metric_data) == KEPT


def test_items_go_when_their_time_to_live_passes_and_recorded_matches_stay() -> None:
    a_table()
    now = time.time()
    put_item("expired", expires_at={"N": str(now - 10)})
    put_item("live", expires_at={"N": str(now + 3600)})
    put_item("without")
    put_item("recorded in another year", expires_at={"N": "1626000000"})
    assert delete_expired(since=now - 60, now=now) == 1
    left = {item["sk"]["S"] for item in client("dynamodb").scan(TableName="matches")["Items"]}
    assert left == {"live", "without", "recorded in another year"}
