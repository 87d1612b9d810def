"""Both engines answer odd records with the same dead letters and the same moments."""

import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.rig.flink_rig import FlinkRig, flink_rig
from benchmarks.rig.producer_library import aggregated
from flink_app.counters import DEAD_LETTERS
from flink_app.settings import APPLICATION_GROUP, Settings
from local.twin.services.kinesisanalytics.embedded_runner import EmbeddedRunner
from local.twin.services.kinesisanalytics.flink_runner import FlinkRunner
from local.twin.services.kinesisanalytics.running_application import Runner
from tests.support.odd_records import GOAL_RECORD, MATCH_ID, REFUSED

pytestmark = pytest.mark.flink

ODD = [record.data for record in REFUSED.values()]
RECORDS = [GOAL_RECORD, *ODD, aggregated(MATCH_ID, ODD)]


def results(rig: FlinkRig, runner: Runner) -> tuple[Counter[str], dict[str, Any], Counter[str]]:
    """Return the dead letters, the moments and the counters of a run over the odd records."""
    stop = threading.Event()
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()
    try:
        rig.put_records([(MATCH_ID, record) for record in RECORDS])
        rig.wait_until(lambda: len(rig.dead_letters) >= 2 * len(ODD) and bool(rig.moments), runner)
        rig.wait_until(lambda: runner.counts[DEAD_LETTERS] >= 2 * len(ODD), runner)
        counts = runner.counts
    finally:
        stop.set()
        thread.join()
    letters = Counter(repr({**letter, "at": None}) for letter in rig.dead_letters)
    moments = {moment.id: replace(moment, detected_at_ms=None) for moment in rig.moments}
    return letters, moments, Counter({name: count for name, count in counts.items() if count})


def test_both_engines_refuse_the_same_records_for_the_same_reasons(package: Path, tmp_path: Path) -> None:
    with flink_rig() as rig:
        settings = Settings.from_groups({APPLICATION_GROUP: rig.properties})
        kinesis, sns, sqs = (rig.client(service) for service in ("kinesis", "sns", "sqs"))
        embedded = results(rig, EmbeddedRunner(kinesis, sns, sqs, settings))
    with flink_rig() as rig:
        flink = results(rig, FlinkRunner(rig.application(package, tmp_path)))
    assert flink == embedded
    assert sum(flink[0].values()) == 2 * len(ODD)
