"""A mapping's reader of a queue: several batches in flight, and only what succeeded is deleted."""

import asyncio
import json
import logging
import time
from typing import Any

from local.twin.edge.calls import BackendCalls
from local.twin.edge.errors import BackendCallError
from local.twin.endpoints import ACCOUNT_ID
from local.twin.services.eventbridge.filters import passes
from local.twin.services.lambda_.errors import FunctionError
from local.twin.services.lambda_.event_sources.batches import InvokeFunction
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping
from local.twin.services.lambda_.event_sources.wakeups import Wakeups, woken

_LOG = logging.getLogger(__name__)
_SAFETY_SECONDS = 1.0
_LARGEST_RECEIVE = 10


class QueuePoller:
    """Feeds a function from a queue until it is cancelled."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        *,
        calls: BackendCalls,
        invoke: InvokeFunction,
        wakeups: Wakeups,
        concurrency: int,
    ) -> None:
        self._mapping = mapping
        self._calls = calls
        self._invoke = invoke
        self._wakeups = wakeups
        self._url = f"http://127.0.0.1/{ACCOUNT_ID}/{mapping.source_arn.rpartition(':')[2]}"
        self._slots = asyncio.Semaphore(min(concurrency, mapping.maximum_concurrency or concurrency))
        self._in_flight: set[asyncio.Task[None]] = set()
        self.started = asyncio.Event()

    async def run(self) -> None:
        """Receive, hand over, receive again; sleep while the queue is empty."""
        flag = self._wakeups.subscribe(self._mapping.source_arn)
        self.started.set()
        while True:
            await self._slots.acquire()
            messages: list[dict[str, Any]] = []
            try:
                messages = await self._gather(flag)
            except BackendCallError:
                _LOG.exception("receiving from %s failed; trying again", self._mapping.source_arn)
                await asyncio.sleep(_SAFETY_SECONDS)
            if not messages:
                self._slots.release()
                await woken(flag, _SAFETY_SECONDS)
                continue
            task = asyncio.create_task(self._hand_over(messages))
            self._in_flight.add(task)
            task.add_done_callback(self._finished)

    async def stop(self) -> None:
        """Leave what is in flight; its messages become visible again."""
        for task in list(self._in_flight):
            task.cancel()
        await asyncio.gather(*self._in_flight, return_exceptions=True)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("a batch of %s was lost", self._mapping.source_arn, exc_info=error)

    async def _gather(self, flag: asyncio.Event) -> list[dict[str, Any]]:
        messages = await self._receive(self._mapping.batch_size)
        ends_at = time.monotonic() + self._mapping.window_seconds
        while messages and len(messages) < self._mapping.batch_size:
            remaining = ends_at - time.monotonic()
            if remaining <= 0 and self._mapping.batch_size <= _LARGEST_RECEIVE:
                break
            more = await self._receive(self._mapping.batch_size - len(messages))
            messages += more
            if not more and remaining <= 0:
                break
            if not more:
                await woken(flag, remaining)
        return messages

    async def _receive(self, count: int) -> list[dict[str, Any]]:
        request = {
            "QueueUrl": self._url,
            "MaxNumberOfMessages": min(count, _LARGEST_RECEIVE),
            "WaitTimeSeconds": 0,
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        }
        messages: list[dict[str, Any]] = (await self._calls.json("sqs", "ReceiveMessage", request)).get(
            "Messages", []
        )
        return messages

    async def _hand_over(self, messages: list[dict[str, Any]]) -> None:
        by_id = {message["MessageId"]: message for message in messages}
        records = [self._record(message) for message in messages]
        wanted = [record for record in records if passes(record, self._mapping.filters)]
        failed: set[str] = set()
        if wanted:
            failed = await self._failed(wanted)
        done = [message["ReceiptHandle"] for key, message in by_id.items() if key not in failed]
        await self._delete(done)

    async def _failed(self, records: list[dict[str, Any]]) -> set[str]:
        everything = {record["messageId"] for record in records}
        try:
            outcome = await self._invoke(
                self._mapping.function_arn, json.dumps({"Records": records}).encode()
            )
        except FunctionError:
            return everything
        if outcome.function_error is not None:
            return everything
        if not self._mapping.partial_responses:
            return set()
        try:
            answer = json.loads(outcome.payload or b"null") or {}
            failed = {str(each["itemIdentifier"]) for each in answer.get("batchItemFailures") or ()}
        except (ValueError, KeyError, TypeError, AttributeError):
            return everything
        return failed if failed <= everything else everything

    async def _delete(self, handles: list[str]) -> None:
        for first in range(0, len(handles), _LARGEST_RECEIVE):
            entries = [
                {"Id": str(number), "ReceiptHandle": handle}
                for number, handle in enumerate(handles[first : first + _LARGEST_RECEIVE])
            ]
            await self._calls.json("sqs", "DeleteMessageBatch", {"QueueUrl": self._url, "Entries": entries})

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        attributes = {
            name: {
                "dataType": value["DataType"],
                "stringListValues": [],
                "binaryListValues": [],
                **({"stringValue": value["StringValue"]} if "StringValue" in value else {}),
                **({"binaryValue": value["BinaryValue"]} if "BinaryValue" in value else {}),
            }
            for name, value in message.get("MessageAttributes", {}).items()
        }
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": attributes,
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._mapping.source_arn,
            "awsRegion": self._mapping.source_arn.split(":")[3],
        }
