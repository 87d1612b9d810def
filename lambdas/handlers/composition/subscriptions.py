"""Collaborators of `subscribe`, `unsubscribe` and `sync`."""

from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import match_store, sharded_connection_store
from lambdas.logic.subscribe import SubscribeService
from lambdas.logic.subscription_updates import SubscriptionUpdates
from lambdas.observability import TELEMETRY


@Provider
def subscribe_service() -> SubscribeService:
    """Build the service behind `subscribe`."""
    from lambdas.handlers.composition.recommendations import build_placement_finder

    return SubscribeService(
        connections=sharded_connection_store(),
        matches=match_store(),
        placement_finder=build_placement_finder(TELEMETRY),
        telemetry=TELEMETRY,
        clock=now,
    )


@Provider
def subscription_updates() -> SubscriptionUpdates:
    """Build the service behind `unsubscribe` and `sync`."""
    return SubscriptionUpdates(connections=sharded_connection_store())
