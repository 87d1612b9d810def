"""The number of tasks follows the number of subscribers; each subscriber gets each version once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.context import initial_context
from domain.dispatch_checkpoint import DispatchCheckpoint
from domain.dispatch_task import MAX_SHARDS_PER_TASK, DispatchTask, task_count
from domain.subscription import Subscription
from lambdas.adapters.connection_rows import shard_of
from lambdas.logic.dispatch import Dispatcher
from lambdas.logic.dispatch_plan import DispatchPlanner
from lambdas.logic.errors import DispatchClaimedError, DispatchIncompleteError
from lambdas.logic.shard_delivery import ShardDelivery
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig
from tests.support.planning import a_planner

SHARDS = 64
VIEWERS = range(150)
INVOCATION = timedelta(minutes=1)


class ShardedConnectionStore(fakes.InMemoryConnectionStore):
    """Spreads subscriptions over the shards, and says that a match has `known` subscribers."""

    known = 0

    def subscriber_page(
        self, match_id: str, shard: int, after: str | None, limit: int, now: datetime
    ) -> tuple[Sequence[Subscription], str | None]:
        page, following = super().subscriber_page(match_id, shard, after, limit, now)
        return [entry for entry in page if shard_of(entry.connection_id, SHARDS) == shard], following

    def subscriber_count(self, match_id: str, now: datetime) -> int:
        return self.known


@dataclass
class ShardedRig:
    """A planner and a dispatcher of a match with subscribers in every shard."""

    rig: DispatchRig
    connections: ShardedConnectionStore
    queue: fakes.InMemoryDispatchQueue
    planner: DispatchPlanner
    dispatcher: Dispatcher

    def plan(self, version: int, *, known: int) -> list[DispatchTask]:
        """Plan a version for so many known subscribers; return its tasks."""
        self.connections.known = known
        context = self.rig.context(*(builders.a_moment(number) for number in range(1, version + 1)))
        self.rig.matches.contexts[context.match_id] = context
        self.queue.tasks.clear()
        self.planner.plan(context, {})
        return list(self.queue.tasks)

    def dispatch(self, task: DispatchTask) -> None:
        ShardDelivery(dispatcher=self.dispatcher).deliver(task, self.rig.clock() + INVOCATION)

    def received(self) -> Counter[int]:
        """Return how many messages each viewer got."""
        return Counter({number: len(self.rig.inbox(number)) for number in VIEWERS})


@pytest.fixture
def sharded(rig: DispatchRig) -> ShardedRig:
    connections, queue = ShardedConnectionStore(), fakes.InMemoryDispatchQueue()
    rig.connections = connections
    rig.follow(*VIEWERS)
    return ShardedRig(
        rig=rig,
        connections=connections,
        queue=queue,
        planner=a_planner(queue, ledger=rig.ledger, connections=connections, shards=SHARDS),
        dispatcher=replace(rig.dispatcher, connections=connections),
    )


@pytest.mark.parametrize(
    ("subscribers", "tasks"),
    [(0, 64), (1, 8), (2_000, 8), (2_001, 9), (15_750, 63), (16_000, 64), (1_000_000, 64)],
)
def test_there_is_a_task_for_each_250_subscribers(subscribers: int, tasks: int) -> None:
    assert task_count(subscribers, SHARDS) == tasks


@given(st.integers(0, 100_000), st.integers(1, 200))
def test_every_shard_has_one_task(subscribers: int, shards: int) -> None:
    queue, connections = fakes.InMemoryDispatchQueue(), ShardedConnectionStore()
    connections.known = subscribers
    version = initial_context(builders.a_match())
    a_planner(queue, connections=connections, shards=shards).plan(version, {})
    parts = [task.of_each_shard() for task in queue.tasks]
    assert sorted(each.shard for part in parts for each in part) == list(range(shards))
    assert max(map(len, parts)) <= MAX_SHARDS_PER_TASK
    # AND the tasks survive the queue
    assert [DispatchTask.from_dict(task.to_dict()).further_shards for task in queue.tasks] == [
        task.further_shards for task in queue.tasks
    ]


def test_everybody_gets_each_version_once_while_the_number_of_tasks_changes(sharded: ShardedRig) -> None:
    for version, known in enumerate((0, 1, 2_500, 9_999, 100_000, 40), start=1):
        for task in sharded.plan(version, known=known):
            sharded.dispatch(task)
        assert sharded.received() == dict.fromkeys(VIEWERS, version)


def test_a_version_that_is_planned_twice_with_other_tasks_is_received_once(sharded: ShardedRig) -> None:
    # GIVEN a writer that is killed after it has sent some of its tasks
    sent = sharded.plan(1, known=1)[:3]
    # WHEN the table's stream plans the version again, for another number of subscribers
    for task in (*sent, *sharded.plan(1, known=5_000)):
        sharded.dispatch(task)
    assert sharded.received() == dict.fromkeys(VIEWERS, 1)


def test_a_shard_that_is_incomplete_does_not_keep_the_others_from_theirs(sharded: ShardedRig) -> None:
    # GIVEN a connection that cannot be reached
    (task, *others) = sharded.plan(1, known=1)
    failing = next(entry for entry in VIEWERS if _shard(entry) == task.shard)
    sharded.rig.poster.failing = {f"c{failing:05d}"}
    # WHEN its task is dispatched
    with pytest.raises(DispatchIncompleteError) as raised:
        sharded.dispatch(task)
    assert (raised.value.remaining, raised.value.failed) == (1, 1)
    in_task = {entry for entry in VIEWERS if _shard(entry) in {each.shard for each in task.of_each_shard()}}
    assert {entry for entry, count in sharded.received().items() if count} == in_task - {failing}
    # THEN the next attempt reaches it alone
    sharded.rig.poster.failing = set()
    for each in (task, *others):
        sharded.dispatch(each)
    assert sharded.received() == dict.fromkeys(VIEWERS, 1)


def test_a_shard_that_another_task_has_claimed_is_tried_again(sharded: ShardedRig) -> None:
    (task, *_) = sharded.plan(1, known=1)
    claimed = task.further_shards[0]
    version = ("turkey-italy", 1, claimed)
    now = sharded.rig.clock()
    sharded.rig.ledger.claim(*version, now=now, until=now + INVOCATION)
    with pytest.raises(DispatchClaimedError):
        sharded.dispatch(task)
    assert {_shard(entry) for entry, count in sharded.received().items() if count} == {
        each.shard for each in task.of_each_shard() if each.shard != claimed
    }
    sharded.rig.ledger.release(*version, DispatchCheckpoint())
    sharded.dispatch(task)
    assert {_shard(entry) for entry, count in sharded.received().items() if count == 1} == {
        each.shard for each in task.of_each_shard()
    }


def _shard(number: int) -> int:
    return shard_of(f"c{number:05d}", SHARDS)
