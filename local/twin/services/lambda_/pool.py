"""The execution environments of one function."""

import asyncio
from collections import deque
from collections.abc import Callable

from local.twin.services.lambda_.environment import ExecutionEnvironment, Outcome
from local.twin.services.lambda_.errors import ThrottledError
from local.twin.services.lambda_.variables import Initialization

_WAIT_BEFORE_START_SECONDS = 0.05
"""How long an invocation waits before an environment is started, which costs half a second of CPU."""


class EnvironmentPool:
    """Gives each invocation an idle environment; starts more on demand, up to a limit.

    Prewarming more environments than the limit raises it, at most to `reserved`, the reserved concurrency.
    """

    def __init__(
        self,
        name: str,
        create: Callable[[Initialization], ExecutionEnvironment],
        *,
        limit: int,
        reserved: int | None = None,
    ) -> None:
        self._name = name
        self._create = create
        self._limit = limit if reserved is None else min(limit, reserved)
        self._reserved = reserved
        self._idle: deque[ExecutionEnvironment] = deque()
        self._all: set[ExecutionEnvironment] = set()
        self._waiting: deque[asyncio.Future[ExecutionEnvironment]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._stopping: set[asyncio.Task[None]] = set()
        self._running: set[asyncio.Task[Outcome]] = set()
        self._closed = False
        self._retired = False

    @property
    def size(self) -> int:
        """The number of environments that run or are starting."""
        return len(self._all) + len(self._starting)

    @property
    def waiting(self) -> int:
        """The number of invocations that wait for an environment."""
        return len(self._waiting)

    @property
    def unfinished(self) -> int:
        """The number of invocations that run or wait for an environment."""
        return len(self._all) - len(self._idle) + self.waiting

    @property
    def limit(self) -> int:
        """The number of invocations that can run at once."""
        return self._limit

    async def invoke(self, payload: bytes) -> Outcome:
        """Run the handler in the first free environment; raises ThrottledError if the limit is 0.

        A caller that gives up, as API Gateway does, does not end the handler: the environment stays busy.
        """
        environment = await self._acquire()
        running = asyncio.create_task(self._run(environment, payload))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        return await asyncio.shield(running)

    async def prewarm(self, count: int) -> None:
        """Start environments until there are this many, within the reserved concurrency.

        They are told that they are kept ready, as those of provisioned concurrency are.
        """
        wanted = count if self._reserved is None else min(count, self._reserved)
        self._limit = max(self._limit, wanted)
        self._start(wanted - self.size, "provisioned-concurrency")
        await asyncio.gather(*self._starting)

    def kill(self) -> int:
        """Kill every environment, as a fault would, and return how many."""
        environments = list(self._all)
        for environment in environments:
            environment.kill()
        return len(environments)

    def retire(self) -> None:
        """Stop each environment once its invocation has ended: nothing will be invoked any more."""
        self._retired = True
        while self._idle:
            self._stop(self._idle.pop())

    async def close(self) -> None:
        """Stop every environment."""
        self._closed = True
        for task in list(self._starting):
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for waiting in self._waiting:
            waiting.cancel()
        await asyncio.gather(*(environment.stop() for environment in list(self._all)), *self._stopping)
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
        try:
            await asyncio.wait({waiting}, timeout=_WAIT_BEFORE_START_SECONDS)
            if not waiting.done():
                self._start_for_waiting()
            return await waiting
        except asyncio.CancelledError:
            self._stop_waiting(waiting)
            raise

    def _stop_waiting(self, waiting: asyncio.Future[ExecutionEnvironment]) -> None:
        """Forget an invocation whose caller has given up; the environment that it was given is free again."""
        if waiting.done() and not waiting.cancelled():
            self._release(waiting.result())
            return
        waiting.cancel()
        if waiting in self._waiting:
            self._waiting.remove(waiting)

    async def _run(self, environment: ExecutionEnvironment, payload: bytes) -> Outcome:
        try:
            return await environment.invoke(payload)
        finally:
            self._release(environment)

    def _start_for_waiting(self) -> None:
        wanted = len(self._waiting) - len(self._starting)
        self._start(min(wanted, self._limit - self.size))

    def _start(self, count: int, initialization: Initialization = "on-demand") -> None:
        for _ in range(count):
            task = asyncio.create_task(self._start_one(initialization))
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _start_one(self, initialization: Initialization) -> None:
        environment = self._create(initialization)
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
        self._stop(environment)
        self._start_for_waiting()

    def _stop(self, environment: ExecutionEnvironment) -> None:
        self._all.discard(environment)
        task = asyncio.create_task(environment.stop())
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)

    def _offer(self, environment: ExecutionEnvironment) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(environment)
                return
        if self._retired:
            self._stop(environment)
        else:
            self._idle.append(environment)

    async def _retire(self, environment: ExecutionEnvironment) -> None:
        self._all.discard(environment)
        await environment.stop()
