"""Work that outlives the message or the connection that began it."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class TaskSet:
    """Keeps running tasks alive until they finish, and lets a shutdown wait for them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run the work beside everything else."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finished(self) -> None:
        """Wait until no work is left."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
