"""`throttled_posts`: posts to 2,000 viewers of a gateway that throttles, by one environment of the dispatch.

The poster does not know the gateway's rate: it finds it by the throttled posts. The peer of the time is the
least that the rate allows. CPU is that of a viewer, with the posts that are sent again.
"""

import json
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

from benchmarks.figure import Figure, figure
from benchmarks.rig.environment import REGION, set_fake_account
from benchmarks.rig.helper_process import helper
from lambdas.adapters.crt_poster import CrtConnectionPoster
from lambdas.handlers.composition.clock import now
from lambdas.logic.paced_poster import PacedPoster, UnlimitedBudget

VIEWERS = 2_000
RATES = {"share_of_64_shards": (156.25, 78), "small_quota": (200, 100)}
BODY = json.dumps({"type": "components", "placements": ["x" * 64] * 30}).encode()


def figures() -> Iterator[Figure]:
    """Yield three lines for each rate."""
    set_fake_account()
    for name, (per_second, burst) in RATES.items():
        with helper(
            "benchmarks.rig.gateway_process", str(VIEWERS), f"requests={per_second}:{burst}"
        ) as gateway:
            poster = PacedPoster(
                poster=CrtConnectionPoster(endpoint=gateway["endpoint"], region=REGION),
                budget=UnlimitedBudget(),
                clock=now,
                sleep=time.sleep,
            )
            began, cpu_began = time.perf_counter(), time.process_time()
            outcome = poster.post(gateway["connections"], _messages, deadline=now() + timedelta(seconds=52))
            seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
        assert sorted(outcome.sent) == sorted(gateway["connections"]), "every viewer is served once"
        least = (VIEWERS - burst) / per_second
        yield figure(f"throttled_posts_s_{name}", seconds, "s", peer="rate", peer_value=least)
        yield figure(f"throttled_posts_requests_{name}", 1 + outcome.throttled / VIEWERS, "per viewer")
        yield figure(f"throttled_posts_cpu_us_{name}", cpu_seconds / VIEWERS * 1e6, "us")


def _messages(connection_ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    return ((connection_id, BODY) for connection_id in connection_ids)
