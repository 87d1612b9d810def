"""How the tasks of the dispatch queue reach environments, as docs/latency.md describes."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from local.account.plan.measured import Measured
from local.account.plan.simulation.simulated_time import Process, SimulatedTime

FIRST_INVOCATIONS, MORE_PER_SECOND = 5, 5
"""The invocations of an SQS event source without provisioned pollers: at first, and 300 more in each minute.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""
CALLS_OF_A_POLLER = 10
"""Calls of SQS that a poller makes in a second; with a batch of one, each returns one task."""
CONTINUE_AFTER_SECONDS = 1
"""The pause of a task that waits for the account's rate, as in the handler."""
Task = Callable[[], Process]
"""Returns the process of one delivery of a task."""


@dataclass(slots=True, kw_only=True)
class TaskSlots:
    """Runs tasks in at most `concurrency` environments, which start as the pollers of the queue allow."""

    time: SimulatedTime
    measured: Measured
    random: Random
    pollers: int | None
    concurrency: int
    busy_seconds: float = 0.0
    """The time for which environments ran."""
    last_start: float = 0.0
    """When the last task began for the first time."""
    _waiting: deque[Task] = field(default_factory=deque)
    _free: int = 0

    def run(self, tasks: Sequence[Task]) -> None:
        """Put tasks into the queue now, and start the slots that take them."""
        for task in tasks:
            self.time.start(self._arrive(task), after=self.measured.sample("queue", self.random))
        for number in range(min(self.concurrency, len(tasks))):
            self.time.start(self._slot(is_first=True), after=self._starts_after(number))

    def send_again(self, task: Task) -> None:
        """Deliver a task again after the pause of a task that waits for the account's rate."""
        pause = CONTINUE_AFTER_SECONDS + self.measured.sample("queue", self.random)
        self.time.start(self._arrive(task), after=pause)

    def _starts_after(self, number: int) -> float:
        if self.pollers is not None:
            return number // self.pollers / CALLS_OF_A_POLLER
        return max(0, number - FIRST_INVOCATIONS + 1) / MORE_PER_SECOND

    def _arrive(self, task: Task) -> Process:
        self._waiting.append(task)
        if self._free:
            self._free -= 1
            yield from self._slot(is_first=False)

    def _slot(self, *, is_first: bool) -> Process:
        while self._waiting:
            task = self._waiting.popleft()
            began = self.time.seconds
            if is_first:
                self.last_start = began
            yield from task()
            self.busy_seconds += self.time.seconds - began
        self._free += 1
