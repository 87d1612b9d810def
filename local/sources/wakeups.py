"""Who waits for what: a poller sleeps until its source received something."""

import asyncio
from collections import defaultdict


class Wakeups:
    """One flag per source ARN."""

    def __init__(self) -> None:
        self._flags: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def subscribe(self, source: str) -> asyncio.Event:
        """A flag that is set whenever this source received something."""
        flag = asyncio.Event()
        self._flags[source].add(flag)
        return flag

    def ring(self, source: str) -> None:
        """This source received something."""
        for flag in self._flags.get(source, ()):
            flag.set()


async def woken(flag: asyncio.Event, seconds: float) -> None:
    """Wait for the flag, but no longer than this."""
    try:
        async with asyncio.timeout(seconds):
            await flag.wait()
    except TimeoutError:
        pass
    flag.clear()
