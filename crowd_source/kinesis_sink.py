"""Signals into the Kinesis stream, as many in a call as it takes, until each is kept."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from domain.signal import Signal

RECORDS_PER_CALL = 500
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0


class KinesisSink:
    """PutRecords, again for those that were refused; the source waits meanwhile, and its socket with it."""

    def __init__(self, kinesis: Any, stream_name: str) -> None:
        self._kinesis = kinesis
        self._stream_name = stream_name

    async def publish(self, signals: Sequence[Signal]) -> None:
        """Returns when the stream keeps all of them."""
        for start in range(0, len(signals), RECORDS_PER_CALL):
            await self._put([_record(signal) for signal in signals[start : start + RECORDS_PER_CALL]])

    async def _put(self, records: list[dict[str, Any]]) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            answer = await asyncio.to_thread(
                self._kinesis.put_records, StreamName=self._stream_name, Records=records
            )
            if not answer["FailedRecordCount"]:
                return
            results = zip(records, answer["Records"], strict=True)
            records = [record for record, result in results if "ErrorCode" in result]
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _record(signal: Signal) -> dict[str, Any]:
    body = json.dumps(signal.to_dict(), ensure_ascii=False, separators=(",", ":"))
    return {"Data": body.encode(), "PartitionKey": signal.match_id}
