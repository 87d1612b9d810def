"""`detect_signals_per_s`: signals that one core detects per second, for 1 to 1,000 concurrent matches.

`engine` is "none" for the detectors alone, and "embedded" for the twin's engine, which also reads the stream,
parses JSON, publishes and stores state. For Flink see `flink_signals_per_s`.

The signals are all entries of a real match from kloppy's test data, interleaved over the matches. The peers
receive one value per signal, the seconds since the entry before: River's half-space trees with their
defaults, and a robust random cut forest of 40 trees with 256 points. They detect anomalies, not rules: the
ratio compares the cost of a signal, not what is detected.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import rrcf
from river import anomaly

from benchmarks.figure import Figure, figure
from benchmarks.rig.embedded_rate import embedded_rate
from domain.detection.engine import MatchEngine
from domain.signal import Signal
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.loading import load_feed

FIGURE = "detect_signals_per_s"
UNIT = "signals/s"
CONCURRENT_MATCHES = (1, 10, 100, 1_000)
SIGNALS_PER_MATCH = {1: None, 10: None, 100: 1_000, 1_000: 100}
EMBEDDED_SIGNALS = 4_000
"""Signals for the embedded engine; fewer, since moto's Kinesis is much slower than the engine."""
RRCF_SIGNALS, RRCF_TREES, RRCF_POINTS = 500, 40, 256


def figures() -> Iterator[Figure]:
    """Yield a line per number of matches, engine and peer."""
    signals = _real_signals()
    gaps = [(after.occurred_at - before.occurred_at).total_seconds() for before, after in pairwise(signals)]
    peers = {
        "river_hst": _rate(len(gaps), lambda: _half_space_trees(gaps)),
        "rrcf": _rate(RRCF_SIGNALS, lambda: _random_cut_forest(gaps[:RRCF_SIGNALS])),
    }
    for matches in CONCURRENT_MATCHES:
        interleaved = _interleaved(signals[: SIGNALS_PER_MATCH[matches]], matches)
        detectors_only = _rate(len(interleaved), lambda: _detect(interleaved))  # noqa: B023
        yield from _lines(peers, detectors_only, matches=matches, engine="none")
        embedded, wall_rate = embedded_rate(interleaved[:EMBEDDED_SIGNALS])
        yield from _lines(
            peers, embedded, matches=matches, engine="embedded", per_second_of_wall=round(wall_rate)
        )


def _lines(peers: Mapping[str, float], value: float, **detail: object) -> Iterator[Figure]:
    for peer, peer_value in peers.items():
        yield figure(FIGURE, value, UNIT, peer=peer, peer_value=peer_value, higher_is_better=True, **detail)


def _real_signals() -> Sequence[Signal]:
    return load_feed("statsbomb", TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS, all_entries=True).signals


def _interleaved(signals: Sequence[Signal], matches: int) -> list[Signal]:
    return [replace(signal, match_id=str(match)) for signal in signals for match in range(matches)]


def _detect(signals: Sequence[Signal]) -> None:
    engines: dict[str, MatchEngine] = {}
    for signal in signals:
        engine = engines.get(signal.match_id)
        if engine is None:
            engine = engines[signal.match_id] = MatchEngine(signal.match_id)
        engine.observe(signal)


def _half_space_trees(values: Sequence[float]) -> None:
    forest = anomaly.HalfSpaceTrees(seed=1, limits={"gap": (0.0, 10.0)})
    for value in values:
        forest.score_one({"gap": value})
        forest.learn_one({"gap": value})


def _random_cut_forest(values: Sequence[float]) -> None:
    forest = [rrcf.RCTree(random_state=number) for number in range(RRCF_TREES)]
    noise = np.random.default_rng(1).normal(0, 1e-6, len(values))
    for index, value in enumerate(values):
        for tree in forest:
            if len(tree.leaves) >= RRCF_POINTS:
                tree.forget_point(index - RRCF_POINTS)
            tree.insert_point(np.array([value + noise[index]]), index=index)
            tree.codisp(index)


def _rate(count: int, work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return count / (time.process_time() - began)
