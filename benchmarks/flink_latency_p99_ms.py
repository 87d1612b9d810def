"""`flink_latency_p99_ms`: from record to moment, in a mini-cluster of one subtask, with goals in real time.

The time starts just before the record is written to Kinesis, and ends when a queue that subscribes to the
topic has the moment. One line is for the configuration that Managed Flink gives every application. One is for
the buffer timeout that AWS Support can set; its peer is the first line. The connector's polling is the lower
limit: it reads each shard every 250 ms, so a record waits 125 ms on average and 250 ms at most.
"""

import json
import random
import time
from collections.abc import Iterator, Mapping
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
BUFFER_TIMEOUT = {"execution.buffer-timeout.interval": "5 ms"}


def figures() -> Iterator[Figure]:
    """Yield the 99th percentile of each configuration, with the median and the polling interval."""
    install()
    default: float | None = None
    for configuration in ({}, BUFFER_TIMEOUT):
        latencies = sorted(_latencies(configuration)[WARM_UP:])
        p99 = _percentile(latencies, 0.99)
        yield figure(
            FIGURE,
            p99,
            "ms",
            peer=None if default is None else "the service's configuration",
            peer_value=default,
            configuration=dict(configuration),
            p50=_percentile(latencies, 0.5),
            polling_interval_ms=POLLING_MILLISECONDS,
            goals=len(latencies),
        )
        default = p99


def _latencies(configuration: Mapping[str, str]) -> list[float]:
    """Return milliseconds from record to moment, in the order of the goals."""
    with flink_rig() as rig, TemporaryDirectory() as directory:
        package = flink_package(Path(".cache"))
        runner = FlinkRunner(rig.application(package, Path(directory), configuration=configuration))
        runner.start()
        try:
            runner.wait_until_consuming()
            return _measure(rig, runner)
        finally:
            runner.stop()


def _measure(rig: FlinkRig, runner: FlinkRunner) -> list[float]:
    """Write goals, each the first of its match, and return the latencies of their moments."""
    chance = random.Random(1)
    written: dict[str, float] = {}
    for number in range(GOALS):
        match_id = f"match-{number}"
        written[match_id] = time.time()
        rig.put_records([(match_id, json.dumps(_goal(match_id).to_dict()).encode())])
        time.sleep(chance.uniform(*GAP_SECONDS))
    rig.wait_until(lambda: len(rig.messages) >= GOALS, runner)
    received = {
        message["MessageAttributes"]["match_id"]["StringValue"]: int(message["Attributes"]["SentTimestamp"])
        for message in rig.messages
    }
    return [received[match_id] - at * 1000 for match_id, at in written.items()]


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
