"""Batches of stream records: partial responses, bisecting, retries, age limits, failure destinations."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.validation import format_instant
from local.twin.services.lambda_.async_invocations import SendToTarget
from local.twin.services.lambda_.environment import Outcome
from local.twin.services.lambda_.errors import ThrottledError
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping
from local.twin.services.lambda_.event_sources.partial_responses import failed_items
from local.twin.services.lambda_.event_sources.shards import StreamRecord

InvokeFunction = Callable[[str, bytes], Awaitable[Outcome]]

_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records of one shard in order, and the number of their failed invocations."""

    records: Sequence[StreamRecord]
    failures: int = 0


class StreamBatches:
    """Processes batches of a shard; records that are given up are reported to the mapping's destination."""

    def __init__(self, mapping: EventSourceMapping, *, invoke: InvokeFunction, send: SendToTarget) -> None:
        self._mapping = mapping
        self._invoke = invoke
        self._send = send

    async def process(self, shard_id: str, records: Sequence[StreamRecord]) -> None:
        """Process records in order; returns when each is processed or given up."""
        pending = [Batch(records=records)]
        while pending:
            batch = pending.pop(0)
            batch = await self._without_expired(shard_id, batch)
            if not batch.records:
                continue
            outcome, first_failed = await self._try(batch)
            if first_failed is None:
                continue
            rest = batch.records[first_failed:]
            failures = 1 if first_failed else batch.failures + 1
            exhausted = 0 <= self._mapping.maximum_retry_attempts < failures
            if self._mapping.bisect_on_error and len(rest) > 1 and first_failed == 0:
                middle = len(rest) // 2
                halves = [Batch(records=rest[:middle]), Batch(records=rest[middle:])]
                pending = halves + pending
            elif exhausted:
                await self._give_up(shard_id, rest, "RetryAttemptsExhausted", outcome, failures)
            else:
                await asyncio.sleep(min(_FIRST_PAUSE_SECONDS * 2 ** (failures - 1), _LONGEST_PAUSE_SECONDS))
                pending.insert(0, Batch(records=rest, failures=failures))

    async def _try(self, batch: Batch) -> tuple[Outcome, int | None]:
        payload = json.dumps({"Records": [record.event_record for record in batch.records]}).encode()
        try:
            outcome = await self._invoke(self._mapping.function_arn, payload)
        except ThrottledError as error:
            return Outcome(payload=str(error).encode(), function_error="Throttled"), 0
        if outcome.function_error is not None:
            return outcome, 0
        if not self._mapping.partial_responses:
            return outcome, None
        return outcome, _first_failed(batch.records, outcome.payload)

    async def _without_expired(self, shard_id: str, batch: Batch) -> Batch:
        limit = self._mapping.maximum_record_age_seconds
        if limit < 0:
            return batch
        oldest = time.time() - limit
        expired = [record for record in batch.records if record.arrived_at < oldest]
        if expired:
            await self._give_up(shard_id, expired, "RecordAgeExceeded", None, batch.failures)
        kept = [record for record in batch.records if record.arrived_at >= oldest]
        return Batch(records=kept, failures=batch.failures)

    async def _give_up(
        self,
        shard_id: str,
        records: Sequence[StreamRecord],
        condition: str,
        outcome: Outcome | None,
        invocations: int,
    ) -> None:
        destination = self._mapping.on_failure
        if destination is None:
            return
        record = _failure_record(self._mapping, shard_id, records, condition, outcome, invocations)
        if ":s3:::" not in destination:
            await self._send(destination, json.dumps(record), {})


def _first_failed(records: Sequence[StreamRecord], payload: bytes) -> int | None:
    """Return the index of the first record that the function reports as failed, or None."""
    numbers = [record.sequence_number for record in records]
    failed = failed_items(payload, numbers)
    return min((numbers.index(number) for number in failed), default=None)


def _failure_record(
    mapping: EventSourceMapping,
    shard_id: str,
    records: Sequence[StreamRecord],
    condition: str,
    outcome: Outcome | None,
    invocations: int,
) -> dict[str, Any]:
    info = {
        "shardId": shard_id,
        "startSequenceNumber": records[0].sequence_number,
        "endSequenceNumber": records[-1].sequence_number,
        "approximateArrivalOfFirstRecord": _iso(records[0].arrived_at),
        "approximateArrivalOfLastRecord": _iso(records[-1].arrived_at),
        "batchSize": len(records),
        "streamArn": mapping.source_arn,
    }
    context = {
        "requestId": outcome.request_id if outcome else "",
        "functionArn": mapping.function_arn,
        "condition": condition,
        "approximateInvokeCount": invocations,
    }
    response = {"statusCode": 200, "executedVersion": "$LATEST"}
    if outcome is not None and outcome.function_error is not None:
        response["functionError"] = outcome.function_error
    return {
        "requestContext": context,
        "responseContext": response,
        "version": "1.0",
        "timestamp": _iso(time.time()),
        "KinesisBatchInfo" if mapping.service == "kinesis" else "DDBStreamBatchInfo": info,
    }


def _iso(seconds: float) -> str:
    return format_instant(datetime.fromtimestamp(seconds, UTC))
