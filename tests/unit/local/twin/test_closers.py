"""A twin closes what it has started in reverse order, whatever fails."""

import asyncio

import pytest

from local.twin.closers import Closers


async def test_closers_run_in_reverse_order_and_a_failure_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    # GIVEN three close functions, of which one is asynchronous and one fails
    order: list[str] = []

    async def close_asynchronously() -> None:
        order.append("second")

    def fail() -> None:
        order.append("third")
        raise RuntimeError("cannot close")

    closers = Closers()
    closers.add(lambda: order.append("first"), close_asynchronously, fail)

    # WHEN they are closed twice
    await closers.close()
    await closers.close()

    # THEN each has run once, the last one first
    assert order == ["third", "second", "first"]
    assert "cannot close" in caplog.text


async def test_a_close_function_that_is_cancelled_does_not_keep_the_others_from_running() -> None:
    # GIVEN a close function that awaits a task, which somebody cancels
    order: list[str] = []
    task = asyncio.create_task(asyncio.sleep(60))
    closers = Closers()
    closers.add(lambda: order.append("first"), lambda: task)
    task.cancel()

    # WHEN they are closed THEN the other one has run, and the caller learns of it
    with pytest.raises(asyncio.CancelledError):
        await closers.close()
    assert order == ["first"]
