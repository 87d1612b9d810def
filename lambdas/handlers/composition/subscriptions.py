"""Collaborators of `subscribe` and `unsubscribe`."""

from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import match_store, sharded_connection_store
from lambdas.logic.subscribe import SubscribeService
from lambdas.logic.unsubscribe import UnsubscribeService
from lambdas.observability import TELEMETRY


@Provider
def subscribe_service() -> SubscribeService:
    """Build the service behind `subscribe`."""
    from lambdas.handlers.composition.preparation import preparation_requests
    from lambdas.handlers.composition.recommendations import build_placement_finder

    return SubscribeService(
        connections=sharded_connection_store(),
        matches=match_store(),
        placement_finder=build_placement_finder(TELEMETRY),
        preparation=preparation_requests(),
        telemetry=TELEMETRY,
        clock=now,
    )


@Provider
def unsubscribe_service() -> UnsubscribeService:
    """Build the service behind `unsubscribe`."""
    return UnsubscribeService(connections=sharded_connection_store())
