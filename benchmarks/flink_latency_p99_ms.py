"""`flink_latency_p99_ms`: record in to moment out, in a mini-cluster of one subtask, goals in real time.

In is just before the record is written to Kinesis; out is when the queue behind the topic has the moment. The
floor is the connector's polling: it reads each shard every 250 ms, so a record waits 125 ms on average and
250 ms at worst before anybody sees it.
"""

import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure, figure
from benchmarks.rig.flink_rig import FlinkRig, flink_rig
from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType
from domain.signal import Signal, SignalKind
from flink_app.settings import POLLING_MILLISECONDS
from local.twin.services.kinesisanalytics.flink_install import install
from local.twin.services.kinesisanalytics.flink_runner import FlinkRunner
from stacks.packaging.flink_package import flink_package

FIGURE = "flink_latency_p99_ms"
GOALS, WARM_UP = 110, 10
GAP_SECONDS = (0.2, 0.5)


def figures() -> Iterator[Figure]:
    """The 99th percentile, with the median and the floor beside it."""
    install()
    with flink_rig() as rig, TemporaryDirectory() as directory:
        package = flink_package(Path(".cache"))
        runner = FlinkRunner(rig.application(package, Path(directory)))
        runner.start()
        try:
            runner.wait_until_consuming()
            latencies = sorted(_measure(rig, runner)[WARM_UP:])
        finally:
            runner.stop()
    yield figure(
        FIGURE,
        _percentile(latencies, 0.99),
        "ms",
        p50=_percentile(latencies, 0.5),
        polling_interval_ms=POLLING_MILLISECONDS,
        floor_p50_ms=POLLING_MILLISECONDS / 2,
        floor_max_ms=POLLING_MILLISECONDS,
        floor="the connector's polling interval",
        goals=len(latencies),
    )


def _measure(rig: FlinkRig, runner: FlinkRunner) -> list[float]:
    """Milliseconds from record to moment, in the order of the goals; each goal is a match's first."""
    chance = random.Random(1)
    written: dict[str, float] = {}
    for number in range(GOALS):
        match_id = f"match-{number}"
        written[match_id] = time.time()
        rig.put_records([(match_id, json.dumps(_goal(match_id).to_dict()).encode())])
        time.sleep(chance.uniform(*GAP_SECONDS))
    rig.wait_until(lambda: len(rig.messages) >= GOALS, runner)
    came = {
        message["MessageAttributes"]["match_id"]["StringValue"]: int(message["Attributes"]["SentTimestamp"])
        for message in rig.messages
    }
    return [came[match_id] - at * 1000 for match_id, at in written.items()]


def _goal(match_id: str) -> Signal:
    return Signal(
        id=f"{match_id}-goal",
        match_id=match_id,
        source="benchmark",
        kind=SignalKind.MATCH_EVENT,
        occurred_at=datetime.now(tz=UTC) - timedelta(seconds=1),
        match_event=MatchEvent(
            id="goal", type=MatchEventType.GOAL, period=1, clock_seconds=60, side=Side.HOME, player="Somebody"
        ),
    )


def _percentile(ascending: list[float], share: float) -> float:
    return round(ascending[min(len(ascending) - 1, int(share * len(ascending)))], 1)
