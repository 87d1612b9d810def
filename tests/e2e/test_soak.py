"""Matches leave nothing behind in the twin; `benchmarks/soak.py` plays them for hours."""

import os
from collections.abc import Mapping
from dataclasses import replace

import pytest

from benchmarks.rig.match_load import play_match
from benchmarks.rig.process_tree import EDGE, MOTO, usage_by_role
from local.play.demo.demo_match import load_demo_feed
from tests.e2e.rig import Rig

VIEWERS = 12
WARM_UPS, MATCHES = 3, 2
"""The pools of connections are full after the second match; the third shows it."""
SIGNALS = 200
SPEED = 3_000.0
POOLED = VIEWERS * MATCHES // 2
"""What idle connections of pools may add on a busy machine; a leak for each viewer would be twice as much."""
pytestmark = pytest.mark.twin


def counts(rig: Rig) -> Mapping[str, int]:
    """Return what the twin holds between two matches."""
    roles = usage_by_role(os.getpid())
    return {
        "descriptors": roles[EDGE].descriptors + roles[MOTO].descriptors,
        "threads": roles[EDGE].threads + roles[MOTO].threads,
        "queues": len(rig.twin.client("sqs").list_queues()["QueueUrls"]),
        "subscriptions": len(rig.twin.client("sns").list_subscriptions()["Subscriptions"]),
    }


def test_matches_one_after_another_leave_nothing_behind(rig: Rig) -> None:
    # GIVEN a twin that has served matches, so that its functions run and its pools have connections
    feed = load_demo_feed()
    short = replace(feed, signals=feed.signals[:SIGNALS])
    for number in range(WARM_UPS):
        play_match(rig.twin, short, number, viewers=VIEWERS, speed=SPEED)
    before = counts(rig)

    # WHEN viewers connect, interact, reconnect, vanish and leave in further matches
    for number in range(WARM_UPS, WARM_UPS + MATCHES):
        report = play_match(rig.twin, short, number, viewers=VIEWERS, speed=SPEED)
        assert report["deliveries"]["snapshots"] >= VIEWERS
        assert report["moments"][0]["type"] == "KICK_OFF"

    # THEN descriptors, threads, queues and subscriptions are as many as before, but for connections of pools
    after = counts(rig)
    assert after["queues"] == before["queues"]
    assert after["subscriptions"] == before["subscriptions"]
    assert after["descriptors"] <= before["descriptors"] + POOLED
    assert after["threads"] <= before["threads"] + POOLED
