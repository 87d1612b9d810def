"""Collaborators of `dispatch_components` in delivery mode `connections`."""

from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.dispatch import build_dispatch_log
from lambdas.handlers.composition.posts import viewers_poster
from lambdas.handlers.composition.preparation import preparation_requests
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.recommendations import build_placement_finder
from lambdas.handlers.composition.stores import connection_store, dispatch_ledger, match_store
from lambdas.logic.buffered_telemetry import BufferedTelemetry
from lambdas.logic.dispatch import Dispatcher
from lambdas.logic.shard_delivery import ShardDelivery
from lambdas.observability import TELEMETRY


@Provider
def dispatcher() -> Dispatcher:
    """Build the dispatcher of one shard."""
    telemetry = BufferedTelemetry(telemetry=TELEMETRY)
    return Dispatcher(
        matches=match_store(),
        connections=connection_store(),
        ledger=dispatch_ledger(),
        placement_finder=build_placement_finder(telemetry),
        poster=viewers_poster(),
        decisions=build_dispatch_log(telemetry),
        preparation=preparation_requests(),
        telemetry=telemetry,
        clock=now,
    )


def shard_delivery() -> ShardDelivery:
    """Build the delivery to shards."""
    return ShardDelivery(dispatcher=dispatcher())
