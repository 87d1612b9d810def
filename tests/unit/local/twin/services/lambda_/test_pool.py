"""A pool loses no environment, whatever becomes of the callers."""

import asyncio

import pytest

from local.twin.services.lambda_.environment import ExecutionEnvironment, Outcome
from local.twin.services.lambda_.pool import EnvironmentPool
from local.twin.services.lambda_.variables import Initialization

LIMIT = 2
STEPS = 50
"""More steps of the event loop than any of these calls takes to get as far as it can."""


async def settle() -> None:
    """Let every task go on until it waits for something that the test does."""
    for _ in range(STEPS):
        await asyncio.sleep(0)


class FakeEnvironment(ExecutionEnvironment):
    """Answers when the test releases it."""

    def __init__(self, released: asyncio.Event) -> None:
        self.released = released
        self.invocations = 0

    @property
    def alive(self) -> bool:
        return True

    async def start(self) -> None:
        await asyncio.sleep(0)

    async def invoke(self, payload: bytes) -> Outcome:
        self.invocations += 1
        await self.released.wait()
        return Outcome(payload=payload)

    async def stop(self) -> None:
        self.released.set()


class Functions:
    """A pool of fake environments, all released by one event."""

    def __init__(self) -> None:
        self.released = asyncio.Event()
        self.environments: list[FakeEnvironment] = []
        self.initializations: list[str] = []
        self.pool = EnvironmentPool("interact", self._create, limit=LIMIT)

    def _create(self, initialization: Initialization) -> FakeEnvironment:
        self.initializations.append(initialization)
        self.environments.append(FakeEnvironment(self.released))
        return self.environments[-1]

    async def occupy(self) -> list["asyncio.Task[Outcome]"]:
        """Occupy every environment, and return the invocations."""
        await self.pool.prewarm(LIMIT)
        busy = [asyncio.create_task(self.pool.invoke(b"busy")) for _ in range(LIMIT)]
        await settle()
        return busy


async def give_up(invocation: "asyncio.Task[Outcome]") -> None:
    invocation.cancel()
    with pytest.raises(asyncio.CancelledError):
        await invocation


async def serves_all(functions: Functions) -> None:
    """Check that every environment can be used at the same time."""
    functions.released.clear()
    before = sum(environment.invocations for environment in functions.environments)
    calls = [asyncio.create_task(functions.pool.invoke(b"next")) for _ in range(LIMIT)]
    await settle()
    assert sum(environment.invocations for environment in functions.environments) == before + LIMIT
    functions.released.set()
    assert [outcome.payload for outcome in await asyncio.gather(*calls)] == [b"next"] * LIMIT


async def test_a_caller_that_gives_up_waiting_takes_no_environment_with_it() -> None:
    # GIVEN a caller that waits for an environment
    functions = Functions()
    busy = await functions.occupy()
    waiting = asyncio.create_task(functions.pool.invoke(b"late"))
    await settle()

    # WHEN it gives up, and the environments become free
    await give_up(waiting)
    functions.released.set()
    await asyncio.gather(*busy)

    # THEN the next callers have them all
    await serves_all(functions)


async def test_a_caller_that_gives_up_when_its_turn_comes_takes_no_environment_with_it() -> None:
    # GIVEN callers that wait, and environments that become free in the same step of the event loop
    functions = Functions()
    busy = await functions.occupy()
    waiting = [asyncio.create_task(functions.pool.invoke(b"late")) for _ in range(LIMIT)]
    await settle()

    # WHEN the callers give up before they see that they were given one
    functions.released.set()
    busy[0].add_done_callback(lambda _: [each.cancel() for each in waiting])
    await asyncio.gather(*busy)
    await asyncio.gather(*waiting, return_exceptions=True)

    # THEN the next callers have them all
    await serves_all(functions)


async def test_an_environment_is_busy_until_its_handler_ends_though_the_caller_has_given_up() -> None:
    # GIVEN invocations whose callers give up, as API Gateway does after 29 seconds
    functions = Functions()
    for invocation in await functions.occupy():
        await give_up(invocation)

    # WHEN another is made
    late = asyncio.create_task(functions.pool.invoke(b"late"))
    await settle()

    # THEN it waits until a handler has ended
    assert not late.done()
    assert [environment.invocations for environment in functions.environments] == [1] * LIMIT
    functions.released.set()
    assert (await late).payload == b"late"


async def test_callers_that_gave_up_are_not_remembered() -> None:
    # GIVEN callers that wait while all environments are busy
    functions = Functions()
    busy = await functions.occupy()
    waiting = [asyncio.create_task(functions.pool.invoke(b"late")) for _ in range(20)]
    await settle()
    assert functions.pool.waiting == 20

    # WHEN they give up
    for invocation in waiting:
        await give_up(invocation)

    # THEN none of them is in the queue
    assert functions.pool.waiting == 0
    functions.released.set()
    await asyncio.gather(*busy)


async def test_an_invocation_is_unfinished_while_it_runs_or_waits() -> None:
    functions = Functions()
    busy = await functions.occupy()
    waiting = asyncio.create_task(functions.pool.invoke(b"late"))
    await settle()

    assert functions.pool.unfinished == LIMIT + 1
    functions.released.set()
    await asyncio.gather(*busy, waiting)
    await settle()
    assert functions.pool.unfinished == 0


async def test_prewarming_more_than_the_limit_raises_it() -> None:
    functions = Functions()

    await functions.pool.prewarm(2 * LIMIT)

    assert (functions.pool.size, functions.pool.limit) == (2 * LIMIT, 2 * LIMIT)


async def test_prewarmed_environments_know_that_they_are_kept_ready() -> None:
    functions = Functions()
    invocation = asyncio.create_task(functions.pool.invoke(b"first"))
    await settle()
    await functions.pool.prewarm(2)
    assert functions.initializations == ["on-demand", "provisioned-concurrency"]
    functions.released.set()
    await invocation


async def test_prewarming_stays_within_the_reserved_concurrency() -> None:
    pool = EnvironmentPool("interact", lambda _: FakeEnvironment(asyncio.Event()), limit=LIMIT, reserved=1)

    await pool.prewarm(2 * LIMIT)

    assert (pool.size, pool.limit) == (1, 1)
