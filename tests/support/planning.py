"""Planners of dispatch tasks and context builders with collaborators in memory."""

from lambdas.logic.context_builder import ContextBuilder
from lambdas.logic.dispatch_plan import DispatchPlanner
from lambdas.logic.ports.dispatch import DispatchQueue
from lambdas.logic.shard_targets import ShardTargets
from tests.support import fakes


def a_planner(
    queue: DispatchQueue,
    *,
    ledger: fakes.InMemoryLedger | None = None,
    telemetry: fakes.RecordedTelemetry | None = None,
    connections: fakes.InMemoryConnectionStore | None = None,
    shards: int = 2,
) -> DispatchPlanner:
    """Return a planner that sends its tasks to this queue."""
    return DispatchPlanner(
        queue=queue,
        ledger=ledger or fakes.InMemoryLedger(),
        targets=ShardTargets(
            connections=connections or fakes.InMemoryConnectionStore(),
            shards=shards,
            clock=fakes.FrozenClock(),
        ),
        telemetry=telemetry or fakes.RecordedTelemetry(),
        clock=fakes.FrozenClock(),
    )


def a_context_builder(
    matches: fakes.InMemoryMatchStore, planner: DispatchPlanner | None = None
) -> ContextBuilder:
    """Return a context builder that writes to these matches."""
    return ContextBuilder(
        matches=matches,
        planner=planner or a_planner(fakes.InMemoryDispatchQueue()),
        telemetry=fakes.RecordedTelemetry(),
        clock=fakes.FrozenClock(),
    )
