"""Write signals to the Kinesis stream, and retry records that were refused."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from domain.signal import Signal

RECORDS_PER_CALL = 500
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.1, 5.0


class KinesisSink:
    """Calls PutRecords until every record is accepted; the source is not read meanwhile."""

    def __init__(self, kinesis: Any, stream_name: str) -> None:
        self._kinesis = kinesis
        self._stream_name = stream_name

    async def publish(self, signals: Sequence[Signal]) -> None:
        """Write signals; return when the stream has accepted all of them."""
        for start in range(0, len(signals), RECORDS_PER_CALL):
            await self._put_records([_record(signal) for signal in signals[start : start + RECORDS_PER_CALL]])

    async def _put_records(self, records: list[dict[str, Any]]) -> None:
        pause = MIN_PAUSE_SECONDS
        while True:
            answer = await asyncio.to_thread(
                self._kinesis.put_records, StreamName=self._stream_name, Records=records
            )
            if not answer["FailedRecordCount"]:
                return
            results = zip(records, answer["Records"], strict=True)
            records = [record for record, result in results if "ErrorCode" in result]
            await asyncio.sleep(pause)
            pause = min(pause * 2, MAX_PAUSE_SECONDS)


def _record(signal: Signal) -> dict[str, Any]:
    body = json.dumps(signal.to_dict(), ensure_ascii=False, separators=(",", ":"))
    return {"Data": body.encode(), "PartitionKey": signal.match_id}
