"""Activity of a source triggers the pollers of the source and of its shard."""

import pytest

from local.twin.poll_triggers import PollTriggers


@pytest.mark.parametrize(
    ("source", "shard_id", "triggered"),
    [
        ("stream", "shard-1", {"whole stream", "shard-1"}),
        ("stream", None, {"whole stream", "shard-1", "shard-2"}),
        ("stream", "shard-3", {"whole stream"}),
        ("another", None, set()),
    ],
)
def test_activity_triggers_the_pollers_that_it_may_concern(
    source: str, shard_id: str | None, triggered: set[str]
) -> None:
    triggers = PollTriggers()
    events = {
        "whole stream": triggers.subscribe("stream"),
        "shard-1": triggers.subscribe("stream", "shard-1"),
        "shard-2": triggers.subscribe("stream", "shard-2"),
    }

    triggers.fire(source, shard_id)

    assert {name for name, event in events.items() if event.is_set()} == triggered
