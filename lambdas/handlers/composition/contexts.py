"""Collaborators of `build_context` and `plan_dispatch`."""

from domain.delivery_mode import DeliveryMode
from lambdas.adapters.aws import client
from lambdas.adapters.sqs import SqsDispatchQueue, SqsReceivedMessages
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import audience_store, connection_store, dispatch_ledger, match_store
from lambdas.logic.audience_targets import AudienceTargets
from lambdas.logic.context_builder import ContextBuilder
from lambdas.logic.dispatch_plan import DispatchPlanner
from lambdas.logic.ports.delivery import DispatchTargets
from lambdas.logic.shard_targets import ShardTargets
from lambdas.observability import TELEMETRY
from lambdas.settings import DeliverySettings, DispatchQueueSettings, MomentsQueueSettings, ShardSettings


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
        targets=build_dispatch_targets(),
        telemetry=TELEMETRY,
        clock=now,
    )


def build_dispatch_targets() -> DispatchTargets:
    """Build what names the targets of a version, for the stage's delivery mode."""
    if read_settings(DeliverySettings).delivery_mode is DeliveryMode.BROADCAST:
        return AudienceTargets(audiences=audience_store(), clock=now)
    return ShardTargets(
        connections=connection_store(),
        shards=read_settings(ShardSettings).connection_shards,
        clock=now,
    )


@Provider
def moment_messages() -> SqsReceivedMessages:
    """Build the access to received messages of the queue of Moments."""
    return SqsReceivedMessages(
        client("sqs"), read_settings(MomentsQueueSettings).moments_queue_url, TELEMETRY
    )
