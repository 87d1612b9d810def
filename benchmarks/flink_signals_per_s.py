"""`flink_signals_per_s`: signals through a mini-cluster at parallelism 1 and 2, for 1 to 1,000 matches.

The signals are every entry of a real match, interleaved over the matches and written before the cluster may
read them, after those of some other matches that warm it up. The value is by wall time, while the server in
place of Kinesis and SNS runs on the same cores; `per_core` is by the processor time of the cluster alone. A
thousand matches have fifteen entries each: all of them kick off at once, which is the peak of a Saturday. The
peer of parallelism 2 is parallelism 1.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure, figure
from benchmarks.rig.flink_rig import flink_rig
from benchmarks.rig.session_time import session_seconds
from domain.detection.outcome import Verdict
from domain.signal import Signal
from flink_app.counters import signals_counter
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.loading import load_feed
from local.twin.services.kinesisanalytics.flink_install import install
from local.twin.services.kinesisanalytics.flink_runner import FlinkRunner
from stacks.packaging.flink_package import flink_package

FIGURE = "flink_signals_per_s"
SIGNALS_OF_EACH = {1: 3_900, 10: 1_000, 100: 100, 1_000: 15}
WARM_UP_MATCHES, WARM_UP_SIGNALS_OF_EACH = 8, 750
"""Signals before the measurement, while the JVM compiles and Python imports modules."""
TIMEOUT_SECONDS = 300.0


def figures() -> Iterator[Figure]:
    """Yield one line per parallelism and number of matches."""
    install()
    signals = _real_signals()
    alone: dict[int, float] = {}
    for parallelism in (1, 2):
        for matches, rate, per_core in _rates(signals, parallelism):
            yield figure(
                FIGURE,
                rate,
                "signals/s",
                peer="parallelism 1" if parallelism > 1 else None,
                peer_value=alone.get(matches),
                higher_is_better=True,
                parallelism=parallelism,
                matches=matches,
                per_core=round(per_core),
            )
            alone.setdefault(matches, rate)


def _rates(signals: Sequence[Signal], parallelism: int) -> Iterator[tuple[int, float, float]]:
    warm_up = [
        replace(signal, match_id=f"warm-up-{match}")
        for signal in signals[:WARM_UP_SIGNALS_OF_EACH]
        for match in range(WARM_UP_MATCHES)
    ]
    for matches, each in SIGNALS_OF_EACH.items():
        measured = [
            replace(signal, match_id=f"match-{match}")
            for signal in signals[:each]
            for match in range(matches)
        ]
        with flink_rig() as rig, TemporaryDirectory() as directory:
            rig.put_signals([*warm_up, *measured])
            package = flink_package(Path(".cache"))
            runner = FlinkRunner(rig.application(package, Path(directory), parallelism=parallelism))
            runner.start()
            try:
                yield matches, *_rate(runner, len(warm_up), len(warm_up) + len(measured))
            finally:
                runner.stop()


def _rate(runner: FlinkRunner, warm_up: int, total: int) -> tuple[float, float]:
    """Return signals per second of wall time and of processor time, from the end of the warm-up."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    began, used_at_first, done_at_first, done = 0.0, 0.0, 0, 0
    while done < total:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{done} of {total} signals were done")
        time.sleep(0.1)
        done = runner.counts[signals_counter(Verdict.ACCEPTED)]
        if done >= warm_up and not began:
            began, used_at_first, done_at_first = time.monotonic(), _used(runner), done
    signals = total - done_at_first
    return signals / (time.monotonic() - began), signals / (_used(runner) - used_at_first)


def _used(runner: FlinkRunner) -> float:
    return session_seconds(runner.session) if runner.session is not None else 0.0


def _real_signals() -> Sequence[Signal]:
    return load_feed("statsbomb", TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS, all_entries=True).signals
