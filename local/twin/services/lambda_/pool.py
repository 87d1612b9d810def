"""The execution environments of one function."""

import asyncio
from collections import deque
from collections.abc import Callable

from local.twin.services.lambda_.environment import ExecutionEnvironment, Outcome
from local.twin.services.lambda_.errors import ThrottledError

_WAIT_BEFORE_START_SECONDS = 0.05
"""How long an invocation waits before an environment is started, which costs half a second of CPU."""


class EnvironmentPool:
    """Gives each invocation an idle environment; starts more on demand, up to a limit."""

    def __init__(self, name: str, create: Callable[[], ExecutionEnvironment], *, limit: int) -> None:
        self._name = name
        self._create = create
        self._limit = limit
        self._idle: deque[ExecutionEnvironment] = deque()
        self._all: set[ExecutionEnvironment] = set()
        self._waiting: deque[asyncio.Future[ExecutionEnvironment]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._stopping: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def size(self) -> int:
        """The number of environments that run or are starting."""
        return len(self._all) + len(self._starting)

    async def invoke(self, payload: bytes) -> Outcome:
        """Run the handler in the first free environment; raises ThrottledError if the limit is 0."""
        environment = await self._acquire()
        try:
            return await environment.invoke(payload)
        finally:
            self._release(environment)

    async def prewarm(self, count: int) -> None:
        """Start environments until there are this many, within the limit."""
        self._start(min(count, self._limit) - self.size)
        await asyncio.gather(*self._starting)

    def kill(self) -> int:
        """Kill every environment, as a fault would, and return how many."""
        environments = list(self._all)
        for environment in environments:
            environment.kill()
        return len(environments)

    async def close(self) -> None:
        """Stop every environment."""
        self._closed = True
        for task in list(self._starting):
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for waiting in self._waiting:
            waiting.cancel()
        await asyncio.gather(*(environment.stop() for environment in list(self._all)))
        self._all.clear()

    async def _acquire(self) -> ExecutionEnvironment:
        if self._limit == 0 or self._closed:
            raise ThrottledError(self._name)
        while self._idle:
            environment = self._idle.pop()
            if environment.alive:
                return environment
            await self._retire(environment)
        waiting: asyncio.Future[ExecutionEnvironment] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        if not self.size:
            self._start(1)
        await asyncio.wait({waiting}, timeout=_WAIT_BEFORE_START_SECONDS)
        if not waiting.done():
            self._start_for_waiting()
        return await waiting

    def _start_for_waiting(self) -> None:
        wanted = len(self._waiting) - len(self._starting)
        self._start(min(wanted, self._limit - self.size))

    def _start(self, count: int) -> None:
        for _ in range(count):
            task = asyncio.create_task(self._start_one())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _start_one(self) -> None:
        environment = self._create()
        try:
            await environment.start()
        except asyncio.CancelledError:
            await environment.stop()
            raise
        self._all.add(environment)
        self._offer(environment)

    def _release(self, environment: ExecutionEnvironment) -> None:
        if environment.alive:
            self._offer(environment)
            return
        self._all.discard(environment)
        task = asyncio.create_task(environment.stop())
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)
        self._start_for_waiting()

    def _offer(self, environment: ExecutionEnvironment) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(environment)
                return
        self._idle.append(environment)

    async def _retire(self, environment: ExecutionEnvironment) -> None:
        self._all.discard(environment)
        await environment.stop()
