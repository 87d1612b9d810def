"""Streams in Kinesis: records are written in portions, the refused ones alone again."""

import json
from collections.abc import Sequence
from typing import Any

from domain.interaction import RecordedInteraction
from domain.signal import Signal
from lambdas.adapters.retry import write_all

RECORDS_A_CALL = 500
Entry = dict[str, Any]


def put_records(client: Any, stream_name: str, entries: Sequence[Entry]) -> list[Entry]:
    """Write entries of the form {"Data", "PartitionKey"}; those that were lost in spite of retries."""

    def write(portion: Sequence[Entry]) -> Sequence[Entry]:
        answer = client.put_records(StreamName=stream_name, Records=list(portion))
        return [
            entry for entry, result in zip(portion, answer["Records"], strict=True) if "ErrorCode" in result
        ]

    return write_all(entries, write, portion=RECORDS_A_CALL)


class KinesisSignalStream:
    """The stream `signals`, partitioned by match."""

    def __init__(self, client: Any, stream_name: str) -> None:
        self._client = client
        self._stream_name = stream_name

    def put_signals(self, signals: Sequence[Signal]) -> Sequence[Signal]:
        """Write signals; those that were lost."""
        entries = [
            {"Data": json.dumps(signal.to_dict()).encode(), "PartitionKey": signal.match_id}
            for signal in signals
        ]
        by_data = {entry["Data"]: signal for entry, signal in zip(entries, signals, strict=True)}
        return [by_data[entry["Data"]] for entry in put_records(self._client, self._stream_name, entries)]


class KinesisInteractionStream:
    """The stream `interactions`, partitioned by viewer, so that a viewer's acts stay in order."""

    def __init__(self, client: Any, stream_name: str) -> None:
        self._client = client
        self._stream_name = stream_name

    def put_interactions(self, interactions: Sequence[RecordedInteraction]) -> int:
        """Write interactions, a JSON line each; how many were lost."""
        entries = [
            {"Data": (json.dumps(entry.to_dict()) + "\n").encode(), "PartitionKey": entry.viewer_id}
            for entry in interactions
        ]
        return len(put_records(self._client, self._stream_name, entries))
