"""Read every shard of a Kinesis stream, including the children of split and merged shards."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

RECORDS_PER_READ = 10_000
_EXPIRED = frozenset({"ExpiredIteratorException"})


class ShardReader:
    """Reads a stream's shards, and keeps the position in each."""

    def __init__(self, kinesis: Any, stream_name: str, initial_position: str) -> None:
        self._kinesis = kinesis
        self._stream_name = stream_name
        self._initial_position = initial_position
        self._iterators: dict[str, str | None] = {}
        self._read_up_to: dict[str, str] = {}

    def read(self) -> Iterator[bytes]:
        """Yield the records since the last call, shard by shard, in order within each shard."""
        if not self._iterators:
            self._discover()
        closed = False
        for shard_id, iterator in list(self._iterators.items()):
            if iterator is None:
                continue
            try:
                answer = self._kinesis.get_records(ShardIterator=iterator, Limit=RECORDS_PER_READ)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _EXPIRED:
                    raise
                self._iterators[shard_id] = self._renewed_iterator(shard_id)
                continue
            for record in answer["Records"]:
                yield record["Data"]
                self._read_up_to[shard_id] = record["SequenceNumber"]
            self._iterators[shard_id] = answer.get("NextShardIterator")
            closed = closed or self._iterators[shard_id] is None
        if closed:
            self._discover()

    def _discover(self) -> None:
        """Add the shards that are new; those that appear later are read from their beginning."""
        position = "TRIM_HORIZON" if self._iterators else self._initial_position
        pages = self._kinesis.get_paginator("list_shards").paginate(StreamName=self._stream_name)
        for shard_id in [shard["ShardId"] for page in pages for shard in page["Shards"]]:
            if shard_id not in self._iterators:
                self._iterators[shard_id] = self._iterator(shard_id, position)

    def _renewed_iterator(self, shard_id: str) -> str:
        read_up_to = self._read_up_to.get(shard_id)
        if read_up_to is None:
            return self._iterator(shard_id, self._initial_position)
        return self._iterator(shard_id, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=read_up_to)

    def _iterator(self, shard_id: str, position: str, **more: str) -> str:
        answer = self._kinesis.get_shard_iterator(
            StreamName=self._stream_name, ShardId=shard_id, ShardIteratorType=position, **more
        )
        iterator: str = answer["ShardIterator"]
        return iterator
