"""The twin's event source mappings and their pollers."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from local.twin.edge.calls import BackendCalls
from local.twin.permissions.caller import RoleSession
from local.twin.poll_triggers import PollTriggers
from local.twin.services.lambda_.async_invocations import SendAs
from local.twin.services.lambda_.event_sources.batches import StreamBatches
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping
from local.twin.services.lambda_.event_sources.queue_poller import QueuePoller
from local.twin.services.lambda_.event_sources.shards import KinesisShards, Shards, TableShards
from local.twin.services.lambda_.event_sources.stream_poller import StreamPoller
from local.twin.services.lambda_.registry import FunctionRegistry

_LOG = logging.getLogger(__name__)


class UnsupportedSourceError(Exception):
    """The twin does not poll the service of a mapping's source."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"expected the ARN of a Kinesis stream, a DynamoDB stream or a queue, got {arn}")


class EventSourceRegistry:
    """Starts a poller for each enabled mapping."""

    def __init__(
        self, *, calls: BackendCalls, functions: FunctionRegistry, send: SendAs, triggers: PollTriggers
    ) -> None:
        self._calls = calls
        self._functions = functions
        self._send = send
        self._triggers = triggers
        self._mappings: dict[str, EventSourceMapping] = {}
        self._pollers: dict[str, tuple[StreamPoller | QueuePoller, asyncio.Task[None]]] = {}

    async def put_mapping(self, mapping: EventSourceMapping) -> None:
        """Create a mapping or change it; returns when its poller has its position in the source.

        A changed mapping goes on where it was: a batch that was being processed is processed again.
        """
        resume_at = await self._stop(mapping.id)
        self._mappings[mapping.id] = mapping
        if not mapping.enabled:
            return
        poller = self._poller(mapping, resume_at)
        task = asyncio.create_task(poller.run())
        task.add_done_callback(lambda done: _log_failure(done, mapping))
        self._pollers[mapping.id] = (poller, task)
        started = asyncio.create_task(poller.started.wait())
        await asyncio.wait({started, task}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            started.cancel()
            await task

    def describe(self) -> list[dict[str, Any]]:
        """Return every mapping in the form of ListEventSourceMappings."""
        return [mapping.describe() for mapping in self._mappings.values()]

    async def close(self) -> None:
        """Stop every poller."""
        for mapping_id in list(self._pollers):
            await self._stop(mapping_id)

    async def remove_mapping(self, mapping_id: str) -> None:
        """Delete a mapping."""
        await self._stop(mapping_id)
        self._mappings.pop(mapping_id, None)

    async def _stop(self, mapping_id: str) -> dict[str, str]:
        """Stop the poller of a mapping, and return up to where it has processed each shard."""
        poller, task = self._pollers.pop(mapping_id, (None, None))
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
        if isinstance(poller, QueuePoller):
            await poller.stop()
        return dict(poller.positions) if isinstance(poller, StreamPoller) else {}

    def _poller(
        self, mapping: EventSourceMapping, resume_at: Mapping[str, str]
    ) -> StreamPoller | QueuePoller:
        """Return a poller that reads the source with the permissions of the function."""
        role = RoleSession(role_arn=self._functions.get(mapping.function_arn).role_arn)
        calls = self._calls.acting_as(role)
        if mapping.service == "sqs":
            return QueuePoller(
                mapping,
                calls=calls,
                invoke=self._functions.invoke,
                triggers=self._triggers,
                concurrency=lambda: self._functions.concurrency(mapping.function_arn),
            )
        return StreamPoller(
            mapping,
            shards=_shards(calls, mapping),
            batches=StreamBatches(mapping, invoke=self._functions.invoke, send=partial(self._send, role)),
            triggers=self._triggers,
            resume_at=resume_at,
        )


def _shards(calls: BackendCalls, mapping: EventSourceMapping) -> Shards:
    if mapping.service == "kinesis":
        return KinesisShards(calls, mapping.source_arn)
    if mapping.service == "dynamodb":
        return TableShards(calls, mapping.source_arn)
    raise UnsupportedSourceError(mapping.source_arn)


def _log_failure(task: asyncio.Task[None], mapping: EventSourceMapping) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.error("the poller of %s failed", mapping.source_arn, exc_info=error)
