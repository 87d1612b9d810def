"""Streams in Kinesis; refused records are retried."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.interaction import RecordedInteraction
from domain.signal import Signal
from lambdas.adapters.retry import write_all

if TYPE_CHECKING:
    from types_boto3_kinesis import KinesisClient
    from types_boto3_kinesis.type_defs import PutRecordsRequestEntryTypeDef as Entry

MAX_RECORDS_PER_CALL = 500


def put_records(client: "KinesisClient", stream_name: str, entries: "Sequence[Entry]") -> "list[Entry]":
    """Write records; return those that were lost despite retries."""

    def write(batch: "Sequence[Entry]") -> "Sequence[Entry]":
        answer = client.put_records(StreamName=stream_name, Records=list(batch))
        return [
            entry for entry, result in zip(batch, answer["Records"], strict=True) if "ErrorCode" in result
        ]

    return write_all(entries, write, batch_size=MAX_RECORDS_PER_CALL)


class KinesisSignalStream:
    """The stream `signals`, partitioned by match."""

    def __init__(self, client: "KinesisClient", stream_name: str) -> None:
        self._client = client
        self._stream_name = stream_name

    def put_signals(self, signals: Sequence[Signal]) -> Sequence[Signal]:
        """Write signals; return those that were lost despite retries."""
        entries: list[Entry] = [
            {"Data": json.dumps(signal.to_dict()).encode(), "PartitionKey": signal.match_id}
            for signal in signals
        ]
        by_data = {entry["Data"]: signal for entry, signal in zip(entries, signals, strict=True)}
        return [by_data[entry["Data"]] for entry in put_records(self._client, self._stream_name, entries)]


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
