"""Measures the CPU time of `dispatch_components` per viewer."""

from dataclasses import replace

from benchmarks.figure import Figure
from benchmarks.rig.boto3_threads import Boto3ThreadsPoster
from benchmarks.rig.dispatch_rig import NEW_VIEWERS, DispatchRig, ViewerHistory, dispatch_rig
from benchmarks.rig.processor_time import processor_figure, processor_seconds

VIEWERS = 1_000
ROUNDS = 3


def dispatch_cpu_figure(name: str, history: ViewerHistory = NEW_VIEWERS) -> Figure:
    """Return the figure of context changes that are not in the recommendation cache.

    The peer is the same handler, which posts with boto3 and a thread pool.
    """
    from lambdas.handlers.composition.dispatch import delivery
    from lambdas.handlers.composition.posts import viewers_poster
    from lambdas.handlers.composition.shards import dispatcher, shard_delivery

    with dispatch_rig(VIEWERS, history=history) as rig:
        rig.change_context(1)
        own_seconds = _seconds(rig, first_version=2)
        threads = replace(viewers_poster(), poster=Boto3ThreadsPoster(rig.gateway_endpoint))
        dispatcher.supply(replace(dispatcher(), poster=threads))
        delivery.supply(shard_delivery())
        peer_seconds = _seconds(rig, first_version=2 + ROUNDS)
    return processor_figure(name, own_seconds, peer_seconds, calls=VIEWERS * ROUNDS, viewers=VIEWERS)


def _seconds(rig: DispatchRig, first_version: int) -> float:
    return sum(
        processor_seconds(lambda: rig.change_context(version))  # noqa: B023  (called at once)
        for version in range(first_version, first_version + ROUNDS)
    )
