"""Clicks do not queue behind what a large audience saw: a simulation with a tenth of the quota."""

import statistics

import pytest

from benchmarks.rig.event_load import Audience, EventSource, Rows, SilentTelemetry, Tracker, simulate
from benchmarks.rig.event_recorder import recorder_in
from domain.metrics import Metric

SOURCE = EventSource(shards=4, lanes_per_shard=2, batch_size=100, window_seconds=0)
CALLS_PER_SECOND = 100


@pytest.mark.parametrize("quota", [CALLS_PER_SECOND, CALLS_PER_SECOND // 4 * 3])
def test_clicks_reach_the_tracker_within_seconds_while_everybody_reports(quota: int) -> None:
    # GIVEN 20,000 viewers who report three impressions each within 22 seconds, and 5% of whom click
    audience = Audience(viewers=20_000, posts_per_second=900, version_times=(0,))
    tracker = Tracker(calls_per_second=quota, arrived_at={})
    rows, telemetry = Rows(), SilentTelemetry()
    # WHEN the tracker takes a hundred calls a second, or others use up a quarter of them
    simulate(
        audience,
        SOURCE,
        tracker,
        lambda clock: recorder_in(tracker.of_lane(clock), rows, telemetry, clock, CALLS_PER_SECOND),
    )
    # THEN every click arrives, 99% of them within two or three seconds
    assert not tracker.arrived_at
    assert statistics.quantiles(tracker.delays, n=100)[98] < 3
    # AND impressions take what is left of the rate
    assert telemetry.counts[Metric.IMPRESSIONS_LEFT_OUT] > 0
    assert tracker.impressions > 0
