"""Who is woken by what."""

import pytest

from local.twin.services.lambda_.event_sources.wakeups import Wakeups


@pytest.mark.parametrize(
    ("rung", "woken"),
    [
        (("stream", "shard-1"), {"all of it", "shard-1"}),
        (("stream", None), {"all of it", "shard-1", "shard-2"}),
        (("stream", "shard-3"), {"all of it"}),
        (("another", None), set()),
    ],
)
def test_a_ring_wakes_those_whom_it_may_concern(rung: tuple[str, str | None], woken: set[str]) -> None:
    wakeups = Wakeups()
    flags = {
        "all of it": wakeups.subscribe("stream"),
        "shard-1": wakeups.subscribe("stream", "shard-1"),
        "shard-2": wakeups.subscribe("stream", "shard-2"),
    }

    wakeups.ring(*rung)

    assert {name for name, flag in flags.items() if flag.is_set()} == woken
