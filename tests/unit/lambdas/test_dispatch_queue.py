"""The dispatch queue: the tasks of a version are sent side by side."""

import threading
from typing import Any

from domain.context import MatchContext
from domain.dispatch_task import DispatchTask
from lambdas.adapters.sqs import SqsDispatchQueue

SHARDS = 64
CALLS = 7
"""The calls that 64 tasks take, at ten messages each."""


class WaitingClient:
    """A client whose calls answer only once all of them are under way."""

    def __init__(self) -> None:
        self.shards: set[str] = set()
        self._all_under_way = threading.Barrier(CALLS, timeout=60)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == "queue"
        self._all_under_way.wait()
        self.shards |= {entry["Id"] for entry in Entries}
        return {"Failed": []}


def test_the_tasks_of_all_shards_are_sent_at_the_same_time() -> None:
    client: Any = WaitingClient()
    context = MatchContext(match_id="turkey-italy", version=1, columns={})
    SqsDispatchQueue(client, "queue").send_tasks(
        [DispatchTask(context=context, shard=shard, trace={}) for shard in range(SHARDS)]
    )
    assert len(client.shards) == SHARDS
