"""Delivers a version to the connections of one task's shards, one shard after another.

While nobody is served, a refused connection may be the account's rate or a client that does not read: so no
shard waits while others have not had their turn. What is left takes turns again until the deadline.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.dispatch_task import DispatchTask
from lambdas.logic.dispatch import Dispatcher, Remaining
from lambdas.logic.errors import DispatchClaimedError

TURN_PAUSE = timedelta(seconds=1)
"""The pause before the shards that wait for the account's rate take turns again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardDelivery:
    """Dispatches each shard of a task."""

    dispatcher: Dispatcher

    def deliver(
        self, task: DispatchTask, deadline: datetime, *, first_sent_at: datetime | None = None
    ) -> None:
        """Dispatch the shards; one that stays incomplete does not keep the others from theirs.

        Raises DispatchIncompleteError if subscribers of any shard remain, and DispatchClaimedError if all
        that remains is dispatched by another task.
        """
        claimed: DispatchClaimedError | None = None
        remaining: dict[int, Remaining] = {}
        sent_at, began = first_sent_at, self.dispatcher.clock()
        due = task.of_each_shard()
        while due:
            for each in due:
                try:
                    remaining[each.shard] = self.dispatcher.attempt(
                        each, deadline, first_sent_at=sent_at, waits=len(due) == 1
                    )
                except DispatchClaimedError as error:
                    claimed = error
                    remaining.pop(each.shard, None)
            due = tuple(each for each in due if each.shard in remaining and remaining[each.shard].owed)
            if self.dispatcher.clock() + TURN_PAUSE >= deadline:
                break
            if due:
                self.dispatcher.poster.sleep(TURN_PAUSE.total_seconds())
                sent_at = first_sent_at or began
        self.dispatcher.report(sum(remaining.values(), Remaining()))
        if claimed is not None:
            raise claimed
