"""Who waits for what: a poller sleeps until its source received something."""

import asyncio
from collections import defaultdict


class Wakeups:
    """Flags by source ARN, each for the whole source or for one shard of it."""

    def __init__(self) -> None:
        self._flags: defaultdict[str, list[tuple[str | None, asyncio.Event]]] = defaultdict(list)

    def subscribe(self, source: str, shard_id: str | None = None) -> asyncio.Event:
        """A flag that is set whenever this source received something, or may have, in this shard."""
        flag = asyncio.Event()
        self._flags[source].append((shard_id, flag))
        return flag

    def ring(self, source: str, shard_id: str | None = None) -> None:
        """This source received something; in which shard, if that is known."""
        for wanted, flag in self._flags.get(source, ()):
            if wanted is None or shard_id is None or wanted == shard_id:
                flag.set()


async def woken(flag: asyncio.Event, seconds: float) -> None:
    """Wait for the flag, but no longer than this."""
    try:
        async with asyncio.timeout(seconds):
            await flag.wait()
    except TimeoutError:
        pass
    flag.clear()
