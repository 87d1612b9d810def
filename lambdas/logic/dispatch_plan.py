"""Plans the dispatch of a context version: tasks for everybody who must get it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.context import MatchContext
from domain.metrics import Metric, Step
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.delivery import DispatchTargets
from lambdas.logic.ports.dispatch import DispatchLedger, DispatchQueue
from lambdas.logic.ports.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchPlanner:
    """Turns each new context version into tasks.

    Who writes a version plans it at once; the table's stream plans what was missed.
    """

    queue: DispatchQueue
    ledger: DispatchLedger
    targets: DispatchTargets
    telemetry: Telemetry
    clock: Clock

    def try_plan(self, context: MatchContext, trace: Mapping[str, int]) -> None:
        """Plan a version that was just written; a failure is left to the table's stream."""
        try:
            self.plan(context, trace)
        except Exception as error:  # noqa: BLE001 - the version is written, and the stream plans it
            self.telemetry.warning(
                "version is planned by the stream",
                match_id=context.match_id,
                version=context.version,
                reason=str(error),
            )

    def plan_missed(self, context: MatchContext, trace: Mapping[str, int]) -> None:
        """Plan a version unless it is planned already."""
        if not self.ledger.is_planned(context.match_id, context.version):
            self.plan(context, trace)

    def plan(self, context: MatchContext, trace: Mapping[str, int]) -> None:
        """Send the version's tasks; idempotent, because a task claims its targets and records what was sent.

        A task carries one version: earlier versions stay in the table, for viewers who reconnect.
        """
        planned_at_ms = int(self.clock().timestamp() * 1000)
        tasks = self.targets.tasks(replace(context, earlier=()), {**trace, "plannedAt": planned_at_ms})
        self.queue.send_tasks(tasks)
        self.ledger.mark_planned(context.match_id, context.version)
        if "contextBuiltAt" in trace:
            self.telemetry.step(Step.PLAN, planned_at_ms - trace["contextBuiltAt"])
        self.telemetry.count(Metric.DISPATCH_TASKS, len(tasks))
