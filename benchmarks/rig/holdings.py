"""What a twin holds, by table, table stream, Kinesis stream, bucket and queue, as its APIs tell."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.play.replay.replay import RunningTwin

_RECORDS_PER_READ = 10_000
_CHANGES_PER_READ = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A number of items, records, objects or messages, and their size as JSON or bytes."""

    count: int
    kilobytes: float

    @staticmethod
    def of(items: Iterable[Any]) -> "Held":
        """Return the number and the size of items."""
        sizes = [
            len(item) if isinstance(item, bytes) else len(json.dumps(item, default=str)) for item in items
        ]
        return Held(count=len(sizes), kilobytes=sum(sizes) / 1000)


def holdings(twin: RunningTwin) -> dict[str, Held]:
    """Return what the twin holds, by kind and name."""
    return dict([*_tables(twin), *_table_streams(twin), *_streams(twin), *_buckets(twin), *_queues(twin)])


def _tables(twin: RunningTwin) -> Iterator[tuple[str, Held]]:
    dynamodb = twin.client("dynamodb")
    for name in dynamodb.list_tables()["TableNames"]:
        pages = dynamodb.get_paginator("scan").paginate(TableName=name)
        yield f"table {_short(name)}", Held.of(item for page in pages for item in page["Items"])


def _table_streams(twin: RunningTwin) -> Iterator[tuple[str, Held]]:
    streams = twin.client("dynamodbstreams")
    for stream in streams.list_streams()["Streams"]:
        arn = stream["StreamArn"]
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        changes = _records(streams, _CHANGES_PER_READ, StreamArn=arn, ShardId=shard["ShardId"])
        yield f"table stream {_short(stream['TableName'])}", Held.of(change["dynamodb"] for change in changes)


def _streams(twin: RunningTwin) -> Iterator[tuple[str, Held]]:
    kinesis = twin.client("kinesis")
    for name in kinesis.list_streams()["StreamNames"]:
        shards = kinesis.list_shards(StreamName=name)["Shards"]
        records = (
            record["Data"]
            for shard in shards
            for record in _records(kinesis, _RECORDS_PER_READ, StreamName=name, ShardId=shard["ShardId"])
        )
        yield f"stream {_short(name)}", Held.of(records)


def _records(client: Any, limit: int, **shard: str) -> list[Mapping[str, Any]]:
    iterator = client.get_shard_iterator(**shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records: list[Mapping[str, Any]] = client.get_records(ShardIterator=iterator, Limit=limit)["Records"]
    return records


def _buckets(twin: RunningTwin) -> Iterator[tuple[str, Held]]:
    s3 = twin.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"])
        sizes = [each["Size"] for page in pages for each in page.get("Contents", ())]
        yield f"bucket {_short(bucket['Name'])}", Held(count=len(sizes), kilobytes=sum(sizes) / 1000)


def _queues(twin: RunningTwin) -> Iterator[tuple[str, Held]]:
    sqs = twin.client("sqs")
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    for url in sqs.list_queues().get("QueueUrls", ()):
        numbers = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names))["Attributes"]
        count = sum(int(numbers[name]) for name in names)
        yield f"queue {_short(url.rpartition('/')[2])}", Held(count=count, kilobytes=0.0)


def _short(name: str) -> str:
    """Return a physical name without the application and the stage."""
    return name.split("-", 2)[-1]
