"""Polling a queue for a mapping: several batches run at once, and only processed messages are deleted."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any

from local.twin.edge.calls import BackendCalls
from local.twin.edge.errors import BackendCallError
from local.twin.endpoints import ACCOUNT_ID
from local.twin.poll_triggers import PollTriggers, wait_for_trigger
from local.twin.services.lambda_.errors import FunctionError
from local.twin.services.lambda_.event_sources.batches import InvokeFunction
from local.twin.services.lambda_.event_sources.filters import passes
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping
from local.twin.services.lambda_.event_sources.partial_responses import failed_items

_LOG = logging.getLogger(__name__)
_POLL_SECONDS = 1.0
_LARGEST_RECEIVE = 10


class QueuePoller:
    """Invokes a function with the messages of a queue until it is cancelled."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        *,
        calls: BackendCalls,
        invoke: InvokeFunction,
        triggers: PollTriggers,
        concurrency: Callable[[], int],
    ) -> None:
        self._mapping = mapping
        self._calls = calls
        self._invoke = invoke
        self._triggers = triggers
        self._url = f"http://127.0.0.1/{ACCOUNT_ID}/{mapping.source_arn.rpartition(':')[2]}"
        self._concurrency = concurrency
        self._in_flight: set[asyncio.Task[None]] = set()
        self.started = asyncio.Event()

    async def run(self) -> None:
        """Receive batches and process them; sleep while the queue is empty."""
        trigger = self._triggers.subscribe(self._mapping.source_arn)
        self.started.set()
        while True:
            await self._wait_for_room()
            messages: list[dict[str, Any]] = []
            try:
                messages = await self._gather(trigger)
            except BackendCallError:
                _LOG.exception(
                    "receiving messages from %s failed and will be retried", self._mapping.source_arn
                )
                await asyncio.sleep(_POLL_SECONDS)
            if not messages:
                await wait_for_trigger(trigger, _POLL_SECONDS)
                continue
            task = asyncio.create_task(self._process(messages))
            self._in_flight.add(task)
            task.add_done_callback(self._finished)

    async def stop(self) -> None:
        """Cancel the batches under way; their messages become visible again."""
        for task in list(self._in_flight):
            task.cancel()
        await asyncio.gather(*self._in_flight, return_exceptions=True)

    async def _wait_for_room(self) -> None:
        """Wait until fewer batches are processed than may be at once; prewarming raises that number."""
        while len(self._in_flight) >= min(
            self._concurrency(), self._mapping.maximum_concurrency or self._concurrency()
        ):
            if self._in_flight:
                await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(_POLL_SECONDS)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("processing a batch of %s failed", self._mapping.source_arn, exc_info=error)

    async def _gather(self, trigger: asyncio.Event) -> list[dict[str, Any]]:
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
                await wait_for_trigger(trigger, remaining)
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

    async def _process(self, messages: list[dict[str, Any]]) -> None:
        by_id = {message["MessageId"]: message for message in messages}
        records = [self._record(message) for message in messages]
        matching = [record for record in records if passes(record, self._mapping.filters)]
        failed: set[str] = set()
        if matching:
            failed = await self._failed(matching)
        processed = [message["ReceiptHandle"] for key, message in by_id.items() if key not in failed]
        await self._delete(processed)

    async def _failed(self, records: list[dict[str, Any]]) -> set[str]:
        all_ids = {record["messageId"] for record in records}
        try:
            outcome = await self._invoke(
                self._mapping.function_arn, json.dumps({"Records": records}).encode()
            )
        except FunctionError:
            return all_ids
        if outcome.function_error is not None:
            return all_ids
        if not self._mapping.partial_responses:
            return set()
        return failed_items(outcome.payload, all_ids)

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
