"""Bounds for what moto 5.2 keeps for ever, so that a twin can run for days.

Streams keep their newest records and those of the last minute, where AWS keeps 24 hours: a reader that
follows loses nothing. Messages that were published are not kept, and of those that were deleted only the
newest handles. Objects that no model holds any more are freed.
Iterators of DynamoDB streams are positions, not entries of a table. `expiry.py` deletes expired items.
"""

import pickle
import time
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend
from moto.core.common_models import BaseModel
from moto.core.utils import utcnow
from moto.dynamodb.models.table import StreamRecord, StreamShard
from moto.dynamodbstreams.models import DynamoDBStreamsBackend, ShardIterator
from moto.kinesis.models import Shard
from moto.sns.models import Topic
from moto.sqs.models import Queue

from local.twin.newest_keys import NewestKeys

KEPT_RECORDS = 5_000
"""Of each shard of a Kinesis stream."""
KEPT_CHANGES = 1_000
"""Of each table's stream."""
KEPT_SECONDS = 60.0
"""Newer records and changes are kept, however many there are."""
KEPT_METRIC_DATA = 5_000
KEPT_HANDLES = 5_000
"""Receipt handles of deleted messages of each queue: deleting a message again is no error."""


def install() -> None:
    """Patch moto; call it once per process, after the patches of performance."""
    _forget_instances()
    _bound_shards()
    _pack_changes()
    _bound_table_streams()
    _make_iterators_positions()
    _forget_published_messages()
    _bound_deleted_messages()
    _bound_metric_data()


def _forget_instances() -> None:
    """Keep no list of every object ever made; moto has one of each model, for a page of its own."""

    def make(cls: type[BaseModel], *_: Any, **__: Any) -> BaseModel:
        made: BaseModel = object.__new__(cls)
        return made

    BaseModel.__new__ = make


def _bound_shards() -> None:
    put_record = Shard.put_record

    def put_and_trim(self: Shard, *args: Any, **kwargs: Any) -> str:
        number: str = put_record(self, *args, **kwargs)
        oldest_kept = time.time() - KEPT_SECONDS
        while len(self.records) > KEPT_RECORDS:
            oldest = next(iter(self.records))
            if self.records[oldest].created_at > oldest_kept:
                break
            del self.records[oldest]
        return number

    Shard.put_record = put_and_trim


def _pack_changes() -> None:
    """Keep a change as bytes: one of 2 kB takes 21 kB of memory as objects."""
    make = StreamRecord.__init__

    def make_packed(self: StreamRecord, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self.created_at = self.record["dynamodb"]["ApproximateCreationDateTime"]
        self.record = pickle.dumps(self.record)

    def unpack(self: StreamRecord) -> Any:
        return pickle.loads(self.record)

    StreamRecord.__init__ = make_packed
    StreamRecord.to_json = unpack


def _bound_table_streams() -> None:
    add = StreamShard.add

    def add_and_trim(self: StreamShard, old: Any, new: Any) -> None:
        add(self, old, new)
        now, surplus = utcnow(), len(self.items) - KEPT_CHANGES
        for _ in range(surplus):
            if (now - self.items[0].created_at).total_seconds() < KEPT_SECONDS:
                break
            del self.items[0]
            self.starting_sequence_number += 1

    def get(self: StreamShard, start: int, quantity: int) -> list[dict[str, Any]]:
        first = max(0, start - self.starting_sequence_number)
        return [item.to_json() for item in self.items[first : first + quantity]]

    StreamShard.add = add_and_trim
    StreamShard.get = get


def _make_iterators_positions() -> None:
    """Write the position into the iterator; moto adds an entry to a table at every read."""
    get_shard_iterator = DynamoDBStreamsBackend.get_shard_iterator

    def arn(self: ShardIterator) -> str:
        table = self.stream_shard.table
        return f"{table.table_arn}/stream/{table.latest_stream_label}|1|{self.sequence_number}"

    def get_and_forget(self: DynamoDBStreamsBackend, *args: Any, **kwargs: Any) -> ShardIterator:
        iterator = get_shard_iterator(self, *args, **kwargs)
        self.shard_iterators.clear()
        return iterator

    def get_records(self: DynamoDBStreamsBackend, iterator_arn: str, limit: int) -> dict[str, Any]:
        stream_arn, _, position = iterator_arn.split("|")
        records = self._get_table_from_arn(stream_arn).stream_shard.get(int(position), limit)
        after = int(records[-1]["dynamodb"]["SequenceNumber"]) + 1 if records else position
        return {"NextShardIterator": f"{stream_arn}|1|{after}", "Records": records}

    ShardIterator.arn = property(arn)
    DynamoDBStreamsBackend.get_shard_iterator = get_and_forget
    DynamoDBStreamsBackend.get_records = get_records


def _forget_published_messages() -> None:
    """Forget what a topic has passed to its subscriptions; moto keeps it for its own tests."""
    publish = Topic.publish

    def publish_and_forget(self: Topic, *args: Any, **kwargs: Any) -> Any:
        message_id = publish(self, *args, **kwargs)
        self.sent_notifications.clear()
        return message_id

    Topic.publish = publish_and_forget


def _bound_deleted_messages() -> None:
    make = Queue.__init__

    def make_bounded(self: Queue, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self.deleted_messages = NewestKeys[str](KEPT_HANDLES)

    Queue.__init__ = make_bounded


def _bound_metric_data() -> None:
    put_metric_data = CloudWatchBackend.put_metric_data

    def put_and_trim(self: CloudWatchBackend, *args: Any, **kwargs: Any) -> None:
        put_metric_data(self, *args, **kwargs)
        del self.metric_data[:-KEPT_METRIC_DATA]

    CloudWatchBackend.put_metric_data = put_and_trim
