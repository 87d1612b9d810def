"""How a stage delivers context versions: by connections, or by audiences."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.context import MatchContext
from domain.dispatch_task import DispatchTask


class DispatchTargets(Protocol):
    """Whom a version is sent to."""

    def tasks(self, context: MatchContext, trace: Mapping[str, int]) -> Sequence[DispatchTask]:
        """Return the tasks that together send a version to everybody who follows the match."""


class Delivery(Protocol):
    """Sends a version to the targets of one task."""

    def deliver(
        self, task: DispatchTask, deadline: datetime, *, first_sent_at: datetime | None = None
    ) -> None:
        """Send the version to each target of the task that does not have it.

        `first_sent_at` is when a task that is delivered again was sent to the queue. One target that stays
        incomplete does not keep the others from theirs. Raises DispatchIncompleteError if any remains, and
        DispatchClaimedError if all that remains is dispatched by another task.
        """
