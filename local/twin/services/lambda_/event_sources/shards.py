"""Reading the shards of Kinesis and DynamoDB streams, with records in the form that functions receive."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from local.twin.edge.calls import BackendCalls


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRecord:
    """A record of a stream; `event_record` is its entry in a function's event."""

    key: str
    sequence_number: str
    arrived_at: float
    """Epoch seconds."""
    event_record: dict[str, Any]


class Shards(Protocol):
    """A stream's shards and their records."""

    async def shard_ids(self) -> list[str]:
        """Return the id of every shard."""
        ...

    async def iterator(self, shard_id: str, position: str) -> str:
        """Return an iterator at TRIM_HORIZON or LATEST."""
        ...

    async def read(self, shard_id: str, iterator: str, limit: int) -> tuple[list[StreamRecord], str]:
        """Return the next records of a shard, and the iterator after them."""
        ...


class KinesisShards:
    """The shards of a Kinesis stream."""

    def __init__(self, calls: BackendCalls, arn: str) -> None:
        self._calls = calls
        self._arn = arn
        self._name = arn.rpartition("/")[2]

    async def shard_ids(self) -> list[str]:
        """Return the id of every shard."""
        answer = await self._calls.json("kinesis", "ListShards", {"StreamName": self._name})
        return [shard["ShardId"] for shard in answer["Shards"]]

    async def iterator(self, shard_id: str, position: str) -> str:
        """Return an iterator at TRIM_HORIZON or LATEST."""
        request = {"StreamName": self._name, "ShardId": shard_id, "ShardIteratorType": position}
        iterator: str = (await self._calls.json("kinesis", "GetShardIterator", request))["ShardIterator"]
        return iterator

    async def read(self, shard_id: str, iterator: str, limit: int) -> tuple[list[StreamRecord], str]:
        """Return the next records of a shard, and the iterator after them."""
        request = {"StreamARN": self._arn, "ShardIterator": iterator, "Limit": limit}
        answer = await self._calls.json("kinesis", "GetRecords", request)
        records = [self._record(shard_id, record) for record in answer["Records"]]
        return records, answer["NextShardIterator"]

    def _record(self, shard_id: str, record: dict[str, Any]) -> StreamRecord:
        arrived_at = float(record["ApproximateArrivalTimestamp"])
        number = record["SequenceNumber"]
        kinesis = {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": number,
            "data": record["Data"],
            "approximateArrivalTimestamp": arrived_at,
        }
        event_record = {
            "kinesis": kinesis,
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{shard_id}:{number}",
            "eventName": "aws:kinesis:record",
            "awsRegion": self._arn.split(":")[3],
            "eventSourceARN": self._arn,
        }
        return StreamRecord(
            key=record["PartitionKey"],
            sequence_number=number,
            arrived_at=arrived_at,
            event_record=event_record,
        )


class TableShards:
    """The shards of a DynamoDB stream; moto gives it one."""

    def __init__(self, calls: BackendCalls, arn: str) -> None:
        self._calls = calls
        self._arn = arn

    async def shard_ids(self) -> list[str]:
        """Return the id of every shard."""
        answer = await self._calls.json("dynamodbstreams", "DescribeStream", {"StreamArn": self._arn})
        return [shard["ShardId"] for shard in answer["StreamDescription"]["Shards"]]

    async def iterator(self, shard_id: str, position: str) -> str:
        """Return an iterator at TRIM_HORIZON or LATEST."""
        request = {"StreamArn": self._arn, "ShardId": shard_id, "ShardIteratorType": position}
        iterator: str = (await self._calls.json("dynamodbstreams", "GetShardIterator", request))[
            "ShardIterator"
        ]
        return iterator

    async def read(self, shard_id: str, iterator: str, limit: int) -> tuple[list[StreamRecord], str]:  # noqa: ARG002
        """Return the next records of a shard, and the iterator after them."""
        request = {"ShardIterator": iterator, "Limit": limit}
        answer = await self._calls.json("dynamodbstreams", "GetRecords", request)
        return [self._record(record) for record in answer["Records"]], answer["NextShardIterator"]

    def _record(self, record: dict[str, Any]) -> StreamRecord:
        change = dict(record["dynamodb"])
        created = change.get("ApproximateCreationDateTime", 0)
        arrived_at = (
            created if isinstance(created, int | float) else datetime.fromisoformat(created).timestamp()
        )
        change["ApproximateCreationDateTime"] = arrived_at
        key = repr(sorted(change["Keys"].items()))
        event_record = {**record, "dynamodb": change, "eventSourceARN": self._arn}
        return StreamRecord(
            key=key,
            sequence_number=str(change["SequenceNumber"]),
            arrived_at=arrived_at,
            event_record=event_record,
        )
