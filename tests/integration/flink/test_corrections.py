"""Corrected matches give the same moments and dead letters through Flink as through the engine."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.rig.flink_rig import flink_rig
from domain.crowd.match_crowd import MatchCrowd
from domain.detection.engine import MatchEngine
from domain.moment import Moment
from domain.signal import Signal
from local.twin.services.kinesisanalytics.flink_runner import FlinkRunner
from tests.support.real_data import real_data

pytestmark = [pytest.mark.flink, pytest.mark.realdata]


def test_corrected_matches_have_the_engines_moments(package: Path, tmp_path: Path) -> None:
    # GIVEN the situations that people have reported, each as a match of its own
    cases = json.loads(real_data("../cases/corrections.json").read_text(encoding="utf-8"))
    signals = [
        Signal.from_dict({**signal, "match_id": case["name"]}) for case in cases for signal in case["signals"]
    ]
    engines = {case["name"]: MatchEngine(case["name"], crowd=MatchCrowd) for case in cases}
    expected: dict[str, Moment] = {}
    refused = 0
    for signal in signals:
        outcome = engines[signal.match_id].observe(signal)
        expected |= {moment.id: moment for moment in outcome.moments}
        refused += outcome.reason is not None
    assert refused == 2

    # WHEN they are played through a mini-cluster
    with flink_rig() as rig:
        runner = FlinkRunner(rig.application(package, tmp_path, parallelism=1))
        runner.start()
        try:
            rig.put_signals(signals)
            rig.wait_until(lambda: {moment.id for moment in rig.moments} >= set(expected), runner)
            rig.wait_until(lambda: len(rig.dead_letters) >= refused, runner)
        finally:
            runner.stop()

    # THEN each has its moments, and the withdrawals of the wrong kind are dead letters
    assert {moment.id: replace(moment, detected_at_ms=None) for moment in rig.moments} == expected
    assert len(rig.dead_letters) == refused
