"""Collaborators of `build_context` and `plan_dispatch`."""

from lambdas.adapters.aws import client
from lambdas.adapters.sqs import SqsDispatchQueue
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import dispatch_ledger, match_store
from lambdas.logic.context_builder import ContextBuilder
from lambdas.logic.dispatch_plan import DispatchPlanner
from lambdas.observability import TELEMETRY
from lambdas.settings import DispatchQueueSettings, ShardSettings


@Provider
def context_builder() -> ContextBuilder:
    """Build the context builder."""
    return ContextBuilder(matches=match_store(), planner=dispatch_planner(), telemetry=TELEMETRY, clock=now)


@Provider
def dispatch_planner() -> DispatchPlanner:
    """Build the planner of dispatch tasks."""
    return DispatchPlanner(
        queue=SqsDispatchQueue(client("sqs"), read_settings(DispatchQueueSettings).dispatch_queue_url),
        ledger=dispatch_ledger(),
        shards=read_settings(ShardSettings).connection_shards,
        telemetry=TELEMETRY,
        clock=now,
    )
