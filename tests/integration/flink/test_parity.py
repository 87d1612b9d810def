"""Whole matches at once through Flink, one with its crowd, give the moments that the engine finds."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.rig.flink_rig import flink_rig
from domain.crowd.match_crowd import MatchCrowd
from domain.detection.engine import MatchEngine
from domain.signal import Signal
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Fixture
from local.play.feeds.loading import load_feed
from local.play.replay.social import load_posts
from local.twin.services.kinesisanalytics.flink_runner import FlinkRunner
from tests.support.real_data import real_data
from tests.support.real_matches import MATCH_IDS, moments_of

pytestmark = [pytest.mark.flink, pytest.mark.realdata]


def feed_and_posts() -> list[Signal]:
    """Turkey 0-3 Italy with the posts of that evening, in the order of their times."""
    kick_off = datetime(2021, 6, 11, 19, 0, 30, tzinfo=UTC)
    feed = load_feed(
        "statsbomb", TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS, fixture=Fixture(kick_off=kick_off)
    )
    posts = load_posts(real_data("social/turkey_italy_2021_posts_per_second.csv.gz"), feed.match.id)
    return sorted((*feed.signals, *posts), key=lambda signal: signal.occurred_at)


def test_every_match_has_the_detectors_moments_on_two_subtasks(package: Path, tmp_path: Path) -> None:
    # GIVEN every real match, and the moments that the detector finds in each alone
    feeds = [load_feed("wyscout", real_data(f"wyscout/{match_id}.json.gz")) for match_id in MATCH_IDS]
    expected = {moment.id: moment for feed in feeds for moment in moments_of(feed.match.id, feed.signals)}
    # and one more match with its posts, and the moments that the engine finds in both
    crowded = feed_and_posts()
    engine = MatchEngine(crowded[0].match_id, crowd=MatchCrowd)
    crowds = {moment.id: moment for signal in crowded for moment in engine.observe(signal).moments}
    assert any("mention_ratio" in moment.details for moment in crowds.values())
    expected |= crowds

    # WHEN they are all played concurrently on a cluster of two subtasks
    with flink_rig() as rig:
        runner = FlinkRunner(rig.application(package, tmp_path, parallelism=2))
        runner.start()
        try:
            together = sorted(
                (*(signal for feed in feeds for signal in feed.signals), *crowded),
                key=lambda signal: signal.occurred_at,
            )
            rig.put_signals(together)
            rig.wait_until(lambda: {moment.id for moment in rig.moments} >= set(expected), runner)
        finally:
            runner.stop()

    # THEN each match has its moments, each once, and no dead letter was sent
    received = [replace(moment, detected_at_ms=None) for moment in rig.moments]
    assert len(received) == len(expected)
    assert {moment.id: moment for moment in received} == expected
    assert rig.dead_letters == []
