"""Tasks for the shards of a match's subscribers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.context import MatchContext
from domain.dispatch_task import DispatchTask, task_count
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.connections import ConnectionStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardTargets:
    """Spreads the shards over tasks, whose number follows that of the subscribers.

    The number of shards is fixed: a subscription's key contains its shard.
    """

    connections: ConnectionStore
    shards: int
    clock: Clock

    def tasks(self, context: MatchContext, trace: Mapping[str, int]) -> Sequence[DispatchTask]:
        """Return tasks for all shards."""
        count = task_count(self.connections.subscriber_count(context.match_id, self.clock()), self.shards)
        return [
            DispatchTask(
                context=context,
                shard=first,
                further_shards=tuple(range(first + count, self.shards, count)),
                trace=trace,
            )
            for first in range(count)
        ]
