"""The context dispatch: one task per shard of a match's subscribers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.context import MatchContext
from domain.dispatch_task import DispatchTask
from domain.metrics import Metric, Step
from lambdas.logic.ports import Clock, DispatchQueue, Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchPlanner:
    """Turns each new context version into tasks."""

    queue: DispatchQueue
    shards: int
    telemetry: Telemetry
    clock: Clock

    def plan(self, context: MatchContext, trace: Mapping[str, int]) -> None:
        """Enqueue one task per shard; a repeated plan is harmless, for the ledger knows what was sent.

        A task is about one version: the earlier ones stay in the table, for those who come late.
        """
        planned_at_ms = int(self.clock().timestamp() * 1000)
        steps = {**trace, "plannedAt": planned_at_ms}
        self.queue.send_tasks(
            [
                DispatchTask(context=replace(context, earlier=()), shard=shard, trace=steps)
                for shard in range(self.shards)
            ]
        )
        if "contextBuiltAt" in trace:
            self.telemetry.step(Step.PLAN, planned_at_ms - trace["contextBuiltAt"])
        self.telemetry.count(Metric.DISPATCH_TASKS, self.shards)
