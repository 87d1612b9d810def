"""A stage for the planner's tests, and steps that take exactly as long as they say."""

from dataclasses import replace

from domain.delivery_mode import DeliveryMode
from local.account.plan.measured import Measured, StepTime, read_measured
from local.account.plan.stage_capacity import StageCapacity

CAPACITY = StageCapacity(
    name="production",
    mode=DeliveryMode.CONNECTIONS,
    connection_shards=64,
    posts_per_second=9_000,
    post_burst=5_000,
    post_concurrency=64,
    campaign_per_second=250,
    resting_campaign_per_second=2,
    dispatch_pollers=7,
    dispatch_concurrency=100,
    ready_environments=64,
    dispatch_gigabytes=1.7,
    function_gigabytes=0.5,
    reserved_concurrency=120,
    joins_per_second=1_500,
    named_viewers=100,
    impression_share=1.0,
)


def exact_steps(seconds: float = 0.01) -> Measured:
    """Return what the planner takes as given, with steps that all take the same time."""
    measured = read_measured()
    step = StepTime(p50_seconds=seconds, p99_seconds=seconds)
    return replace(measured, times=dict.fromkeys(measured.times, step))
