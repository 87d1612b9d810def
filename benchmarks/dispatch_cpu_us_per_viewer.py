"""`dispatch_cpu_us_per_viewer`: CPU time of `dispatch_components` per viewer and context change.

It measures the whole handler: reads, recommendations, constraints, posts, logs and metrics. Each change has a
context that is not in the recommendation cache. The peer is the same handler, which posts with boto3 and a
thread pool.
"""

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.figure import Figure
from benchmarks.rig.boto3_threads import Boto3ThreadsPoster
from benchmarks.rig.dispatch_rig import DispatchRig, dispatch_rig
from benchmarks.rig.processor_time import processor_figure, processor_seconds

VIEWERS = 1_000
ROUNDS = 3


def figures() -> Iterator[Figure]:
    """Yield one line."""
    from lambdas.handlers.composition.dispatch import dispatcher
    from lambdas.handlers.composition.posts import viewers_poster

    with dispatch_rig(VIEWERS) as rig:
        rig.change_context(1)
        own_seconds = _seconds(rig, first_version=2)
        threads = replace(viewers_poster(), poster=Boto3ThreadsPoster(rig.gateway_endpoint))
        dispatcher.supply(replace(dispatcher(), poster=threads))
        peer_seconds = _seconds(rig, first_version=2 + ROUNDS)
    yield processor_figure(
        "dispatch_cpu_us_per_viewer", own_seconds, peer_seconds, calls=VIEWERS * ROUNDS, viewers=VIEWERS
    )


def _seconds(rig: DispatchRig, first_version: int) -> float:
    return sum(
        processor_seconds(lambda: rig.change_context(version))  # noqa: B023  (called at once)
        for version in range(first_version, first_version + ROUNDS)
    )
