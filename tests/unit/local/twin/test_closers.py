"""A twin closes what it has started in reverse order, whatever fails."""

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
