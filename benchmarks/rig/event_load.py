"""Interactions of a large audience on their way to the event tracker, simulated in the time of the services.

The real recorder runs with its real budgets, once for each lane of the stream: a shard has as many lanes as
the event source's parallelization factor. What the services take is a model, with the constants below. After
each version the viewers report what they saw at the rate at which it was posted, in one message each, and a
part of them click.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from domain.component import Slot
from domain.interaction import Interaction, InteractionType, RecordedInteraction
from domain.metrics import Metric, Step
from domain.recommendation import Refusal

LINGER_SECONDS = 2.0
"""The SDK gathers impressions for so long, and sends everything else at once."""
IMPRESSIONS_PER_MESSAGE = 3
CLICK_SHARE, CLICK_AFTER_SECONDS = 0.05, (3.0, 20.0)
INTAKE_SECONDS = 0.15
"""From the app to the stream: API Gateway, `interact`, DynamoDB and Kinesis."""
POLL_SECONDS = 1.0
"""Lambda polls each shard once a second:
https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
CALL_SECONDS, LEASE_SECONDS, BATCH_SECONDS = 0.025, 0.008, 0.02
"""One PutEvents, one update of a budget's row, and reading a batch."""
REDELIVERY_SECONDS = 0.1
BEGAN = datetime(2026, 6, 11, 19, 0, tzinfo=UTC)


class Recorder(Protocol):
    """What a batch is given to."""

    def record(self, interactions: Sequence[RecordedInteraction]) -> Sequence[RecordedInteraction]:
        """Send interactions to the tracker; return those that must be delivered again."""


@dataclass(slots=True)
class LaneClock:
    """The time of one lane, which the calls that it makes move on."""

    now: datetime = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass(kw_only=True)
class Tracker:
    """The dataset group, which takes so many calls in each second of all lanes together."""

    calls_per_second: int
    arrived_at: dict[str, datetime]
    """When each click reached the server, by viewer and version."""
    seconds: Counter[int] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)
    """From a click to its first arrival at the tracker, in seconds."""
    impressions: int = 0

    def of_lane(self, clock: LaneClock) -> "LaneTracker":
        """Return the tracker as one lane calls it."""
        return LaneTracker(tracker=self, clock=clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTracker:
    """Calls of one lane."""

    tracker: Tracker
    clock: LaneClock

    def put_events(self, interactions: Sequence[RecordedInteraction]) -> Refusal | None:
        """Take a call unless this second is used up."""
        self.clock.sleep(CALL_SECONDS)
        second = int(self.clock.now.timestamp())
        if self.tracker.seconds[second] >= self.tracker.calls_per_second:
            return Refusal.THROTTLED
        self.tracker.seconds[second] += 1
        for each in interactions:
            if each.interaction.type is InteractionType.IMPRESSION:
                self.tracker.impressions += 1
            elif (clicked := self.tracker.arrived_at.pop(each.session_id, None)) is not None:
                self.tracker.delays.append((self.clock.now - clicked).total_seconds())
        return None


class Rows:
    """The rows of the budgets, of which a client of DynamoDB updates one for each lease."""

    class ConditionalCheckFailedError(Exception):
        """The row has not as many tokens left."""

        def __init__(self, taken: int) -> None:
            super().__init__(taken)
            self.response = {"Item": {"taken": {"N": str(taken)}}}

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()

    def of_lane(self, clock: LaneClock) -> Any:
        """Return a client of one lane."""
        return LaneRows(self, clock)


class LaneRows:
    """The one operation of DynamoDB that a budget uses."""

    class exceptions:  # noqa: N801 - the name that clients have
        ConditionalCheckFailedException = Rows.ConditionalCheckFailedError
        ClientError = OSError

    def __init__(self, rows: Rows, clock: LaneClock) -> None:
        self._rows = rows
        self._clock = clock

    def update_item(self, **request: Any) -> None:
        """Take tokens, or raise as DynamoDB does."""
        self._clock.sleep(LEASE_SECONDS)
        key = request["Key"]["pk"]["S"], request["Key"]["sk"]["S"]
        values = request["ExpressionAttributeValues"]
        if self._rows.taken[key] > int(values[":room"]["N"]):
            raise Rows.ConditionalCheckFailedError(self._rows.taken[key])
        self._rows.taken[key] += int(values[":wanted"]["N"])


@dataclass(slots=True)
class SilentTelemetry:
    """Counts of all lanes."""

    counts: Counter[Metric] = field(default_factory=Counter)

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to a count."""
        self.counts[metric] += int(value)

    def step(self, step: Step, milliseconds: float) -> None:
        """Measure nothing."""

    def correlate(self, moment_id: str | None) -> None:
        """Say nothing."""

    def info(self, message: str, **facts: object) -> None:
        """Say nothing."""

    def warning(self, message: str, **facts: object) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A number of viewers, and the rate at which versions are posted to them from the start on."""

    viewers: int
    posts_per_second: int
    version_times: tuple[float, ...]

    def arrivals(self) -> list[tuple[float, RecordedInteraction]]:
        """Return every interaction with the second in which it is in the stream, in that order."""
        chance = random.Random(7)
        arrivals: list[tuple[float, RecordedInteraction]] = []
        for version, began in enumerate(self.version_times):
            for viewer in range(self.viewers):
                shown = began + viewer / self.posts_per_second
                reported = shown + LINGER_SECONDS + INTAKE_SECONDS
                impression = _recorded(InteractionType.IMPRESSION, viewer, version, reported)
                arrivals += [(reported, impression)] * IMPRESSIONS_PER_MESSAGE
                if chance.random() < CLICK_SHARE:
                    clicked = shown + chance.uniform(*CLICK_AFTER_SECONDS)
                    click = _recorded(InteractionType.CLICK, viewer, version, clicked)
                    arrivals.append((clicked + INTAKE_SECONDS, click))
        arrivals.sort(key=lambda each: each[0])
        return arrivals


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource:
    """The stream and its mapping to the function."""

    shards: int
    lanes_per_shard: int
    batch_size: int
    window_seconds: float

    @property
    def lanes(self) -> int:
        """How many batches are worked on at the same time."""
        return self.shards * self.lanes_per_shard


def simulate(
    audience: Audience,
    source: EventSource,
    tracker: Tracker,
    recorder_of: Callable[[LaneClock], Recorder],
) -> None:
    """Let every interaction of an audience go through the stream, until the last batch is done."""
    queues: list[list[tuple[float, RecordedInteraction]]] = [[] for _ in range(source.lanes)]
    for at, each in audience.arrivals():
        queues[int(each.viewer_id) % source.lanes].append((at, each))
        if each.interaction.type is InteractionType.CLICK:
            tracker.arrived_at[each.session_id] = each.received_at
    clocks = [LaneClock() for _ in queues]
    recorders = [recorder_of(clock) for clock in clocks]
    positions = [0] * source.lanes
    due = [(queue[0][0], lane) for lane, queue in enumerate(queues) if queue]
    heapq.heapify(due)
    while due:
        _, lane = heapq.heappop(due)
        queue, clock, first = queues[lane], clocks[lane], positions[lane]
        batch = list(_batch(queue, first, clock.now, lane, source))
        clock.now = max(clock.now, BEGAN + timedelta(seconds=_ready(queue, first, len(batch), lane, source)))
        clock.sleep(BATCH_SECONDS)
        retry = {id(each) for each in recorders[lane].record(batch)}
        again = next((index for index, each in enumerate(batch) if id(each) in retry), len(batch))
        positions[lane] = first + again
        if retry:
            clock.sleep(REDELIVERY_SECONDS)
        if positions[lane] < len(queue):
            now = (clock.now - BEGAN).total_seconds()
            heapq.heappush(due, (max(now, queue[positions[lane]][0]), lane))


def _batch(
    queue: Sequence[tuple[float, RecordedInteraction]],
    first: int,
    now: datetime,
    lane: int,
    source: EventSource,
) -> Iterator[RecordedInteraction]:
    """Yield the records that the next invocation gets: those of a window, at most a batch."""
    seen_at = max((now - BEGAN).total_seconds(), _poll_after(queue[first][0], lane, source))
    closes = max(seen_at, queue[first][0] + source.window_seconds)
    for at, each in queue[first : first + source.batch_size]:
        if at > closes:
            return
        yield each


def _ready(
    queue: Sequence[tuple[float, RecordedInteraction]],
    first: int,
    count: int,
    lane: int,
    source: EventSource,
) -> float:
    """Return when a batch is complete: it is full, or its window has ended."""
    polled = _poll_after(queue[first + count - 1][0], lane, source)
    if count == source.batch_size:
        return polled
    return max(polled, queue[first][0] + source.window_seconds)


def _poll_after(at: float, lane: int, source: EventSource) -> float:
    """Return the first poll of the lane's shard after a record has arrived; shards are polled in turn."""
    phase = (lane // source.lanes_per_shard) / source.shards * POLL_SECONDS
    return phase + POLL_SECONDS * max(0, -(-(at - phase) // POLL_SECONDS))


def _recorded(kind: InteractionType, viewer: int, version: int, at: float) -> RecordedInteraction:
    return RecordedInteraction(
        interaction=INTERACTIONS[kind],
        received_at=BEGAN + timedelta(seconds=at),
        match_id="final",
        viewer_id=str(viewer),
        cohort_key="",
        session_id=f"{viewer}#{version}",
        columns={},
    )


INTERACTIONS = {
    kind: Interaction(type=kind, component_id="poll", slot=Slot.OVERLAY, version=1, occurred_at=BEGAN)
    for kind in (InteractionType.IMPRESSION, InteractionType.CLICK)
}
