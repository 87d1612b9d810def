"""The demo is slow around moments and fast elsewhere."""

from datetime import timedelta

from local.play.demo.demo_match import load_demo_feed
from local.play.demo.highlights import AFTER, BEFORE, FAST_FORWARD, highlights
from local.play.replay.pacing import moment_batches, timed_batches

FEED = load_demo_feed()


def test_every_moment_is_at_the_pace_that_one_can_follow() -> None:
    pace = highlights(FEED.signals, 10)
    moments = [batch[-1].occurred_at for batch in moment_batches(FEED.signals)]
    for at in moments:
        assert pace(at - BEFORE) == pace(at) == pace(at + AFTER - timedelta(seconds=1)) == 10
    far = [
        each.occurred_at
        for each in FEED.signals
        if all(not at - BEFORE <= each.occurred_at < at + AFTER for at in moments)
    ]
    assert far
    assert {pace(at) for at in far} == {FAST_FORWARD}


def test_the_highlights_are_short_and_lose_no_signal() -> None:
    batches = list(timed_batches(FEED.signals, highlights(FEED.signals, 30)))
    assert batches[-1][0] < 120
    assert sum(len(batch) for _, batch in batches) == len(FEED.signals)


def test_a_speed_above_fast_forward_holds_everywhere() -> None:
    pace = highlights(FEED.signals, 1_000)
    assert {pace(signal.occurred_at) for signal in FEED.signals} == {1_000}
