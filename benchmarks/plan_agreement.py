"""`plan_agreement`: what the planner predicts beside what the twin takes, where both can do the same.

Small quotas decide both: a rate of posts that `dispatch_components` leases, and the rates of posts and of
publishes that the twin enforces and the poster has to find. The peer is the prediction, so a ratio of 1 is
agreement; the planner promises 25%.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from benchmarks.figure import Figure, figure
from benchmarks.rig.dispatch_rig import COHORTS, SHARDS, ViewerHistory, dispatch_rig
from benchmarks.rig.environment import REGION, set_fake_account
from benchmarks.rig.helper_process import helper
from domain.delivery_mode import DeliveryMode
from lambdas.adapters.crt_poster import CrtConnectionPoster
from lambdas.adapters.crt_publisher import CrtChannelPublisher
from lambdas.handlers.composition.clock import now
from lambdas.logic.paced_poster import PacedPoster, UnlimitedBudget
from lambdas.logic.ports.connections import ConnectionPoster
from local.account.plan.measured import Measured, StepTime, read_measured
from local.account.plan.simulation.connections import (
    ENGAGED_SHARE,
    ConnectionsRun,
)
from local.account.plan.simulation.limits import LeaseTable, TokenBucket
from local.account.plan.simulation.posting import PostingEnvironment
from local.account.plan.simulation.receptions import Receptions
from local.account.plan.simulation.simulated_time import Process, SimulatedTime
from local.account.plan.stage_capacity import StageCapacity
from local.twin.services.token_bucket import Rate

VIEWERS = 2_000
LEASED_PER_SECOND, LEASED_BURST = 400, 200
GRANTED = Rate(per_second=200, burst=100)
AUDIENCES = 400
PUBLISHED = Rate(per_second=40, burst=20)
AT_ONCE = StepTime(p50_seconds=1e-6, p99_seconds=1e-6)
BODY = json.dumps({"type": "components", "placements": ["x" * 64] * 30}).encode()


def figures() -> Iterator[Figure]:
    """Yield the time of a whole dispatch at a leased rate, and of posts and publishes that are throttled."""
    for name, measured, predicted in (
        ("leased", _leased_seconds(), _predicted_leased_seconds()),
        ("throttled", _throttled_seconds(), _predicted_seconds(VIEWERS, "post", GRANTED)),
        ("published", _published_seconds(), _predicted_seconds(AUDIENCES, "publish", PUBLISHED)),
    ):
        yield figure(f"plan_agreement_{name}", measured, "s", peer="prediction", peer_value=predicted)


def _leased_seconds() -> float:
    """Return the time of one version to all viewers, with one environment and the real function."""
    history = ViewerHistory(components_seen=6, engaged_one_in=int(1 / ENGAGED_SHARE))
    with dispatch_rig(
        VIEWERS, history=history, posts_per_second=LEASED_PER_SECOND, post_burst=LEASED_BURST
    ) as rig:
        rig.change_context(1)  # so that the environment is warm, as the planner assumes
        began = time.perf_counter()
        rig.change_context(2)
        return time.perf_counter() - began


def _predicted_leased_seconds() -> float:
    return (
        ConnectionsRun(
            capacity=StageCapacity(
                name="bench",
                mode=DeliveryMode.CONNECTIONS,
                connection_shards=SHARDS,
                posts_per_second=LEASED_PER_SECOND,
                post_burst=LEASED_BURST,
                post_concurrency=64,
                campaign_per_second=500,
                resting_campaign_per_second=1,
                dispatch_pollers=None,
                dispatch_concurrency=1,
                ready_environments=0,
                dispatch_gigabytes=1.7,
                function_gigabytes=0.5,
                reserved_concurrency=0,
                joins_per_second=1,
                named_viewers=0,
                impression_share=1.0,
            ),
            measured=_without_queues(),
            viewers=VIEWERS,
            matches=1,
            cohorts=len(COHORTS),
            gateway_per_second=1e6,
            gateway_burst=1e6,
            seed=1,
        )
        .play()
        .receptions.last
    )


def _without_queues() -> Measured:
    """Return the planner's times without the steps that are not played here."""
    measured = read_measured()
    absent = ("moment_to_builder", "context_write", "task_sending", "queue")
    return replace(measured, times={**measured.times, **dict.fromkeys(absent, AT_ONCE)})


def _throttled_seconds() -> float:
    """Return the time of posts to all viewers by one poster that does not know the gateway's rate."""
    set_fake_account()
    quota = f"requests={GRANTED.per_second:g}:{GRANTED.burst:g}"
    with helper("benchmarks.rig.gateway_process", str(VIEWERS), quota) as gateway:
        return _seconds_of(
            CrtConnectionPoster(endpoint=gateway["endpoint"], region=REGION), gateway["connections"]
        )


def _published_seconds() -> float:
    """Return the time of publishes to all audiences by one publisher that does not know the API's rate."""
    set_fake_account()
    quota = f"channel_publishes={PUBLISHED.per_second:g}:{PUBLISHED.burst:g}"
    with helper("benchmarks.rig.event_plane_process", quota) as events:
        return _seconds_of(
            CrtChannelPublisher(endpoint=events["endpoint"], region=REGION),
            [f"audience-{number}" for number in range(AUDIENCES)],
        )


def _seconds_of(poster: ConnectionPoster, recipients: Sequence[str]) -> float:
    paced = PacedPoster(
        poster=poster, budget=UnlimitedBudget(), clock=now, sleep=time.sleep, max_refusals=None
    )
    began = time.perf_counter()
    outcome = paced.post(recipients, _messages, deadline=now() + timedelta(seconds=52))
    assert sorted(outcome.sent) == sorted(recipients), "each gets one message"
    return time.perf_counter() - began


def _messages(connection_ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    return ((connection_id, BODY) for connection_id in connection_ids)


def _predicted_seconds(count: int, step: str, granted: Rate) -> float:
    """Return the predicted time of so many posts or publishes at a rate that is granted."""
    simulated, measured, receptions = SimulatedTime(), read_measured(), Receptions()
    environment = PostingEnvironment(
        time=simulated,
        measured=measured,
        random=Random(1),
        table=LeaseTable(),
        budget=UnlimitedBudget(),
        window_seconds=1.0,
        service=TokenBucket(granted.per_second, granted.burst),
        step=step,
        concurrency=64,
        seconds_each=measured.dispatch_processor_seconds,
        sent=receptions.add,
    )

    def post() -> Process:
        yield from environment.post(count, deadline=52.0)

    simulated.start(post())
    simulated.run()
    assert receptions.viewers == count, "each gets one message"
    return receptions.last
