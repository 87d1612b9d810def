"""Streams in Kinesis; refused records are retried."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from domain.batches import batches
from domain.interaction import RecordedInteraction
from domain.signal import Signal
from lambdas.adapters.retry import write_all

if TYPE_CHECKING:
    from types_boto3_kinesis import KinesisClient
    from types_boto3_kinesis.type_defs import PutRecordsRequestEntryTypeDef as Entry

MAX_RECORDS_PER_CALL = 500
MAX_BYTES_PER_CALL = 4_500_000
"""A call accepts 5 MiB, with the partition keys.

Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
"""


def put_records(client: "KinesisClient", stream_name: str, entries: "Sequence[Entry]") -> "list[Entry]":
    """Write records; return those that were lost despite retries."""

    def write(batch: "Sequence[Entry]") -> "Sequence[Entry]":
        answer = client.put_records(StreamName=stream_name, Records=list(batch))
        return [
            entry for entry, result in zip(batch, answer["Records"], strict=True) if "ErrorCode" in result
        ]

    calls = batches(
        entries,
        max_entries=MAX_RECORDS_PER_CALL,
        max_size=MAX_BYTES_PER_CALL,
        size=lambda entry: len(cast("bytes", entry["Data"])) + len(entry["PartitionKey"].encode()),
    )
    return write_all(calls, write)


class KinesisSignalStream:
    """The stream `signals`, partitioned by match."""

    def __init__(self, client: "KinesisClient", stream_name: str) -> None:
        self._client = client
        self._stream_name = stream_name

    def put_signals(self, signals: Sequence[Signal]) -> Sequence[int]:
        """Write signals; return the indexes of those that were lost despite retries."""
        entries: list[Entry] = [
            {"Data": json.dumps(signal.to_dict()).encode(), "PartitionKey": signal.match_id}
            for signal in signals
        ]
        lost = {id(entry) for entry in put_records(self._client, self._stream_name, entries)}
        return [index for index, entry in enumerate(entries) if id(entry) in lost]


class KinesisInteractionStream:
    """The stream `interactions`, partitioned by viewer, so that each viewer's interactions stay in order."""

    def __init__(self, client: "KinesisClient", stream_name: str) -> None:
        self._client = client
        self._stream_name = stream_name

    def put_interactions(self, interactions: Sequence[RecordedInteraction]) -> int:
        """Write interactions as JSON lines; return how many were lost despite retries."""
        entries: list[Entry] = [
            {"Data": (json.dumps(entry.to_dict()) + "\n").encode(), "PartitionKey": entry.viewer_id}
            for entry in interactions
        ]
        return len(put_records(self._client, self._stream_name, entries))
