"""Plans the dispatch of a context version: one task per shard of the match's subscribers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.context import MatchContext
from domain.dispatch_task import DispatchTask
from domain.metrics import Metric, Step
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.dispatch import DispatchQueue
from lambdas.logic.ports.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchPlanner:
    """Turns each new context version into tasks."""

    queue: DispatchQueue
    shards: int
    telemetry: Telemetry
    clock: Clock

    def plan(self, context: MatchContext, trace: Mapping[str, int]) -> None:
        """Send one task per shard; idempotent, because the dispatch ledger records what was sent.

        A task carries one version: earlier versions stay in the table, for viewers who reconnect.
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
