"""The feed of a real match and the posts about it, through one engine."""

from datetime import UTC, datetime

import pytest

from domain.crowd.match_crowd import MatchCrowd
from domain.detection.engine import MatchEngine
from domain.moment import CROWD_MOMENTS, MomentType
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Fixture
from local.play.feeds.loading import load_feed
from tests.support.counted_posts import posts_per_second, signal
from tests.support.real_data import real_data

KICK_OFF = datetime(2021, 6, 11, 19, 0, 30, tzinfo=UTC)


@pytest.mark.realdata
def test_each_goal_has_its_spike_and_one_spike_is_a_moment_of_its_own() -> None:
    # GIVEN Turkey 0-3 Italy and the posts of that evening, in the order of their times
    feed = load_feed(
        "statsbomb",
        TURKEY_ITALY_EVENTS,
        TURKEY_ITALY_LINE_UPS,
        fixture=Fixture(kick_off=KICK_OFF),
    )
    path = real_data("social/turkey_italy_2021_posts_per_second.csv.gz")
    posts = [signal(*interval) for interval in posts_per_second(path, 10)]
    # WHEN one engine processes both
    engine = MatchEngine(feed.match.id, crowd=MatchCrowd)
    moments = [
        moment
        for each in sorted([*feed.signals, *posts], key=lambda each: each.occurred_at)
        for moment in engine.observe(each).moments
    ]
    # THEN each goal is published again, with the figures of the crowd and the same score
    with_crowd = [
        moment for moment in moments if "mention_ratio" in moment.details and moment.type not in CROWD_MOMENTS
    ]
    assert [(moment.type, moment.score.away) for moment in with_crowd] == [
        (MomentType.OWN_GOAL, 1),
        (MomentType.GOAL, 2),
        (MomentType.GOAL, 3),
    ]
    firsts = {moment.id for moment in moments if "revises" not in moment.details}
    assert all(moment.details["revises"] in firsts for moment in with_crowd)
    # and the spike after a shot just wide, which no moment explains, is a moment of its own in play time
    [alone] = [moment for moment in moments if moment.type in CROWD_MOMENTS]
    assert (alone.type, alone.period, alone.score.away) == (MomentType.MENTION_SPIKE, 1, 0)
    assert 17 * 60 < alone.clock_seconds < 19 * 60
