"""Twenty-four whole matches at once through Flink: moment for moment what the detector finds."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.rig.flink_stage import flink_stage
from local.feeds.loading import load_feed
from local.flink_runner import FlinkRunner
from tests.integration.detection.matches import moments_of
from tests.integration.detection.test_real_matches import MATCH_IDS
from tests.real_data import real_data

pytestmark = [pytest.mark.flink, pytest.mark.realdata, pytest.mark.timeout(300)]


def test_every_match_has_the_detectors_moments_on_two_subtasks(package: Path, tmp_path: Path) -> None:
    # GIVEN every real match, and what the detector finds in each alone
    feeds = [load_feed("wyscout", real_data(f"wyscout/{match_id}.json.gz")) for match_id in MATCH_IDS]
    expected = {moment.id: moment for feed in feeds for moment in moments_of(feed.match.id, feed.signals)}

    # WHEN they are all played at once on a cluster of two subtasks
    with flink_stage() as stage:
        runner = FlinkRunner(stage.application(package, tmp_path, parallelism=2))
        runner.start()
        try:
            together = sorted(
                (signal for feed in feeds for signal in feed.signals), key=lambda signal: signal.occurred_at
            )
            stage.put_signals(together)
            stage.wait_until(lambda: {moment.id for moment in stage.moments} >= set(expected), runner)
        finally:
            runner.stop()

    # THEN each has its moments, each once, and nothing was refused
    heard = [replace(moment, detected_at_ms=None) for moment in stage.moments]
    assert len(heard) == len(expected)
    assert {moment.id: moment for moment in heard} == expected
    assert stage.letters == []
