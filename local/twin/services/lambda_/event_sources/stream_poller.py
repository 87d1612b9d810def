"""Polling a stream for a mapping: one loop per shard; batches of the same partition key run in order."""

import asyncio
import logging
import time
import zlib
from collections.abc import Mapping

from local.twin.poll_triggers import PollTriggers, wait_for_trigger
from local.twin.services.lambda_.event_sources.batches import StreamBatches
from local.twin.services.lambda_.event_sources.filters import passes
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping
from local.twin.services.lambda_.event_sources.shards import Shards, StreamRecord

_LOG = logging.getLogger(__name__)
_POLL_SECONDS = 1.0
_READ_LIMIT = 10_000


class StreamPoller:
    """Invokes a function with the records of a stream until it is cancelled."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        *,
        shards: Shards,
        batches: StreamBatches,
        triggers: PollTriggers,
        resume_at: Mapping[str, str],
    ) -> None:
        self._mapping = mapping
        self._shards = shards
        self._batches = batches
        self._triggers = triggers
        self.started = asyncio.Event()
        self.positions = dict(resume_at)
        """The iterator of each shard before which every record has been processed."""

    async def run(self) -> None:
        """Read every shard concurrently."""
        shard_ids = await self._shards.shard_ids()
        position = self._mapping.starting_position
        start = "LATEST" if position == "LATEST" else "TRIM_HORIZON"
        iterators = {
            shard_id: self.positions.get(shard_id) or await self._shards.iterator(shard_id, start)
            for shard_id in shard_ids
        }
        self.positions = dict(iterators)
        self.started.set()
        async with asyncio.TaskGroup() as group:
            for shard_id, iterator in iterators.items():
                group.create_task(self._follow(shard_id, iterator))

    async def _follow(self, shard_id: str, iterator: str) -> None:
        trigger = self._triggers.subscribe(self._mapping.source_arn, shard_id)
        limit = min(self._mapping.batch_size * self._mapping.parallelization_factor, _READ_LIMIT)
        gathered: list[StreamRecord] = []
        window_ends_at = 0.0
        while True:
            room = limit - len(gathered)
            try:
                records, iterator = await self._shards.read(shard_id, iterator, room)
            except Exception:  # noqa: BLE001 - a failed read is retried, as Lambda does
                _LOG.exception("reading %s failed and will be retried", self._mapping.source_arn)
                await asyncio.sleep(_POLL_SECONDS)
                continue
            if records and not gathered:
                window_ends_at = time.monotonic() + self._mapping.window_seconds
            gathered += [record for record in records if passes(record.event_record, self._mapping.filters)]
            remaining = window_ends_at - time.monotonic()
            if gathered and (len(gathered) >= limit or remaining <= 0):
                await self._process(shard_id, gathered)
                gathered = []
            if not gathered:
                self.positions[shard_id] = iterator
            # A record that arrived since this read has set the trigger.
            if len(records) < room:
                await wait_for_trigger(trigger, min(remaining, _POLL_SECONDS) if gathered else _POLL_SECONDS)

    async def _process(self, shard_id: str, records: list[StreamRecord]) -> None:
        lanes: list[list[StreamRecord]] = [[] for _ in range(self._mapping.parallelization_factor)]
        for record in records:
            lanes[zlib.crc32(record.key.encode()) % len(lanes)].append(record)
        size = self._mapping.batch_size
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                if lane:
                    group.create_task(self._in_order(shard_id, lane, size))

    async def _in_order(self, shard_id: str, lane: list[StreamRecord], size: int) -> None:
        for first in range(0, len(lane), size):
            await self._batches.process(shard_id, lane[first : first + size])
