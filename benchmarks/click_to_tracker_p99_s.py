"""`click_to_tracker_p99_s`: from a viewer's click to the event tracker, among what 300,000 viewers report.

A simulation: two versions, a minute apart, are posted at the rate of the stage `production`, whose stream and
event source it has. The peer sends every call in the order of the stream and repeats what is throttled.
"""

import statistics
from collections.abc import Callable, Iterator, Sequence

from benchmarks.figure import Figure, figure
from benchmarks.rig.event_load import (
    IMPRESSIONS_PER_MESSAGE,
    Audience,
    EventSource,
    LaneClock,
    LaneTracker,
    Recorder,
    Rows,
    SilentTelemetry,
    Tracker,
    simulate,
)
from benchmarks.rig.event_recorder import recorder_in
from domain.interaction import RecordedInteraction
from lambdas.logic.interaction_recorder import event_calls

VIEWERS, POSTS_PER_SECOND = 300_000, 9_000
CALLS_PER_SECOND = 1_000
"""The default quota of a dataset group: https://docs.aws.amazon.com/personalize/latest/dg/limits.html"""
SOURCE = EventSource(shards=32, lanes_per_shard=2, batch_size=100, window_seconds=0)


class InOrder:
    """Sends calls in order; from the first that is throttled on, all are delivered again."""

    def __init__(self, tracker: LaneTracker) -> None:
        self._tracker = tracker

    def record(self, interactions: Sequence[RecordedInteraction]) -> Sequence[RecordedInteraction]:
        """Send interactions until the tracker throttles."""
        calls = event_calls(interactions)
        for index, call in enumerate(calls):
            if self._tracker.put_events(call) is not None:
                return [each for rest in calls[index:] for each in rest]
        return []


def figures() -> Iterator[Figure]:
    """Yield the 99th percentile and the median, with the share of impressions that the tracker got."""
    rows, telemetry = Rows(), SilentTelemetry()
    own = _run(lambda tracker, clock: recorder_in(tracker, rows, telemetry, clock, CALLS_PER_SECOND))
    peer = _run(lambda tracker, _clock: InOrder(tracker))
    reports = 2 * VIEWERS
    for name, of in (("p99", _p99), ("p50", statistics.median)):
        yield figure(
            f"click_to_tracker_{name}_s",
            of(own.delays),
            "s",
            peer="every call in order",
            peer_value=of(peer.delays),
            clicks=len(own.delays),
            impressions_live_percent=round(100 * own.impressions / (IMPRESSIONS_PER_MESSAGE * reports), 1),
            most_calls_in_a_second=max(own.seconds.values()),
        )


def _run(recorder_of: Callable[[LaneTracker, LaneClock], Recorder]) -> Tracker:
    audience = Audience(viewers=VIEWERS, posts_per_second=POSTS_PER_SECOND, version_times=(0, 60))
    tracker = Tracker(calls_per_second=CALLS_PER_SECOND, arrived_at={})
    simulate(audience, SOURCE, tracker, lambda clock: recorder_of(tracker.of_lane(clock), clock))
    assert not tracker.arrived_at, "every click arrives"
    return tracker


def _p99(delays: Sequence[float]) -> float:
    return statistics.quantiles(delays, n=100)[98]
