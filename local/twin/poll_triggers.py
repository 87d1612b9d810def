"""Triggers for pollers: a poller sleeps until its source has received something."""

import asyncio
from collections import defaultdict


class PollTriggers:
    """Events by source ARN, each for a whole source or for one of its shards."""

    def __init__(self) -> None:
        self._triggers: defaultdict[str, list[tuple[str | None, asyncio.Event]]] = defaultdict(list)

    def subscribe(self, source: str, shard_id: str | None = None) -> asyncio.Event:
        """Return an event that is set when the source, or this shard of it, may have received something."""
        trigger = asyncio.Event()
        self._triggers[source].append((shard_id, trigger))
        return trigger

    def fire(self, source: str, shard_id: str | None = None) -> None:
        """Set the events of a source; without a shard id, those of all its shards."""
        for subscribed_shard, trigger in self._triggers.get(source, ()):
            if subscribed_shard is None or shard_id is None or subscribed_shard == shard_id:
                trigger.set()


async def wait_for_trigger(trigger: asyncio.Event, seconds: float) -> None:
    """Wait until the event is set, for at most this long, and clear it."""
    try:
        async with asyncio.timeout(seconds):
            await trigger.wait()
    except TimeoutError:
        pass
    trigger.clear()
