"""Firehose's API, and the delivery of buffered records to S3."""

import asyncio
import base64
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from local.twin.edge.calls import BackendCalls
from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_answer, json_error
from local.twin.permissions.caller import RoleSession
from local.twin.poll_triggers import PollTriggers, wait_for_trigger
from local.twin.services.firehose.delivery_stream import DeliveryStream
from local.twin.services.firehose.record_format import RefusedRecord, parquet, table_schema
from local.twin.services.lambda_.event_sources.shards import KinesisShards

_LOG = logging.getLogger(__name__)
_POLL_SECONDS = 1.0
_READ_LIMIT = 1_000


class Buffer:
    """Records of a delivery stream that are not in S3 yet."""

    def __init__(self, stream: DeliveryStream) -> None:
        self.stream = stream
        self.records: list[bytes] = []
        self.size = 0
        self.since = 0.0

    def add(self, record: bytes) -> None:
        """Add one record."""
        if not self.records:
            self.since = time.monotonic()
        self.records.append(record)
        self.size += len(record)

    def due(self) -> bool:
        """True if the buffer has reached the size or the age of the stream's buffering hints."""
        aged = time.monotonic() - self.since >= self.stream.interval_seconds
        return bool(self.records) and (aged or self.size >= self.stream.size_bytes)

    def take_records(self) -> list[bytes]:
        """Return every record and empty the buffer."""
        records, self.records, self.size = self.records, [], 0
        return records


class FirehoseService:
    """Serves Firehose's API, and reads the Kinesis sources of delivery streams."""

    def __init__(self, *, calls: BackendCalls, triggers: PollTriggers) -> None:
        self._calls = calls
        self._triggers = triggers
        self._buffers: dict[str, Buffer] = {}
        self._delivery: asyncio.Task[None] | None = None
        self._readers: defaultdict[str, list[asyncio.Task[None]]] = defaultdict(list)

    async def put_delivery_stream(self, stream: DeliveryStream) -> None:
        """Create a delivery stream, or change where one delivers; its source is never changed."""
        if stream.name in self._buffers:
            self._buffers[stream.name].stream = stream
            return
        self._buffers[stream.name] = Buffer(stream)
        if self._delivery is None:
            self._delivery = asyncio.create_task(self._deliver_due())
        if stream.source_stream_arn is not None:
            calls = self._calls.acting_as(RoleSession(role_arn=stream.source_role_arn))
            shards = KinesisShards(calls, stream.source_stream_arn)
            for shard_id in await shards.shard_ids():
                iterator = await shards.iterator(shard_id, "TRIM_HORIZON")
                reader = asyncio.create_task(self._follow(stream, shards, shard_id, iterator))
                self._readers[stream.name].append(reader)

    async def remove_delivery_stream(self, name: str) -> None:
        """Stop reading the source of a delivery stream, deliver what it holds, and delete it."""
        await _cancel(self._readers.pop(name, []))
        buffer = self._buffers.pop(name, None)
        if buffer is not None:
            await self._deliver(buffer)

    def put_record(self, name: str, data: bytes) -> None:
        """Buffer one record; raises KeyError if there is no such stream."""
        self._buffers[name].add(data)

    async def flush(self) -> int:
        """Deliver every buffered record now, and return how many there were."""
        return sum([await self._deliver(buffer) for buffer in self._buffers.values()])

    async def close(self) -> None:
        """Stop reading and delivering."""
        delivery = [] if self._delivery is None else [self._delivery]
        await _cancel([*delivery, *(task for tasks in self._readers.values() for task in tasks)])

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer one request."""
        value = request.json()
        name = str(value.get("DeliveryStreamName", ""))
        if request.operation == "ListDeliveryStreams":
            return json_answer(
                {"DeliveryStreamNames": sorted(self._buffers), "HasMoreDeliveryStreams": False}
            )
        if name not in self._buffers:
            return json_error("ResourceNotFoundException", f"Firehose {name} not found.")
        match request.operation:
            case "PutRecord":
                answer = self._put(name, [value["Record"]])["RequestResponses"][0]
                return json_answer({**answer, "Encrypted": False})
            case "PutRecordBatch":
                return json_answer(self._put(name, value["Records"]))
            case "DescribeDeliveryStream":
                return json_answer({"DeliveryStreamDescription": _describe(self._buffers[name].stream)})
        return json_error("InvalidArgumentException", f"the twin does not serve {request.operation}")

    def _put(self, name: str, records: list[dict[str, str]]) -> dict[str, Any]:
        for record in records:
            self.put_record(name, base64.b64decode(record["Data"]))
        answers = [{"RecordId": uuid.uuid4().hex} for _ in records]
        return {"FailedPutCount": 0, "Encrypted": False, "RequestResponses": answers}

    async def _deliver_due(self) -> None:
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            for buffer in list(self._buffers.values()):
                if buffer.due():
                    await self._deliver(buffer)

    async def _deliver(self, buffer: Buffer) -> int:
        stream, records = buffer.stream, buffer.take_records()
        groups: defaultdict[tuple[tuple[str, str], ...], list[bytes]] = defaultdict(list)
        refused: list[RefusedRecord] = []
        for record in records:
            partition = stream.partition(record)
            if isinstance(partition, RefusedRecord):
                refused.append(partition)
            else:
                groups[tuple(partition.items())].append(record)
        now = datetime.now(UTC)
        calls = self._calls.acting_as(RoleSession(role_arn=stream.destination_role_arn))
        schema = await self._schema(stream) if groups else None
        for keys, group in groups.items():
            body = stream.encoded(group)
            if schema is not None:
                body, mismatched = parquet(group, schema)
                refused += mismatched
            if body:
                await calls.put_object(stream.bucket, stream.key(dict(keys), now), body, _headers(stream))
        await _write_errors(calls, stream, refused, now)
        return len(records)

    async def _schema(self, stream: DeliveryStream) -> pa.Schema | None:
        if stream.table is None:
            return None
        database, table = stream.table
        calls = self._calls.acting_as(RoleSession(role_arn=stream.schema_role_arn))
        answer = await calls.json("glue", "GetTable", {"DatabaseName": database, "Name": table})
        return table_schema(answer)

    async def _follow(
        self, stream: DeliveryStream, shards: KinesisShards, shard_id: str, iterator: str
    ) -> None:
        assert stream.source_stream_arn is not None
        trigger = self._triggers.subscribe(stream.source_stream_arn, shard_id)
        while True:
            records, iterator = await shards.read(shard_id, iterator, _READ_LIMIT)
            for record in records:
                self.put_record(stream.name, base64.b64decode(record.event_record["kinesis"]["data"]))
            if len(records) < _READ_LIMIT:
                await wait_for_trigger(trigger, _POLL_SECONDS)


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _write_errors(
    calls: BackendCalls, stream: DeliveryStream, refused: Sequence[RefusedRecord], now: datetime
) -> None:
    """Write the refused records under the error prefix, one object for each kind of error."""
    for kind in sorted({each.kind for each in refused}):
        body = b"".join(each.line(now) for each in refused if each.kind == kind)
        key = stream.error_key(kind, now)
        await calls.put_object(stream.bucket, key, body, {"Content-Type": "application/json"})


def _headers(stream: DeliveryStream) -> dict[str, str]:
    headers = {"Content-Type": "application/octet-stream"}
    return headers | {"Content-Encoding": "gzip"} if stream.compressed else headers


def _describe(stream: DeliveryStream) -> dict[str, Any]:
    return {
        "DeliveryStreamName": stream.name,
        "DeliveryStreamARN": stream.arn,
        "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": "KinesisStreamAsSource" if stream.source_stream_arn else "DirectPut",
        "VersionId": "1",
        "Destinations": [],
        "HasMoreDestinations": False,
    }
