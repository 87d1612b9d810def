"""In real matches what viewers see changes often enough, and never too fast to follow."""

from pathlib import Path

import pytest

from domain.detection.screen import SHORTEST_SECONDS
from domain.moment import MomentType
from local.play.demo.demo_match import load_demo_feed
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed
from local.study.windows.screen_changes import PeriodPace, paces_of
from tests.support.real_data import real_data
from tests.support.real_matches import MATCH_IDS, moments_of

HALVES = (1, 2)
FEWEST, MOST, MOST_WITH_NEWS = 8, 20, 24
LONGEST_SECONDS = 360.0


def halves_of(feed: Feed) -> list[PeriodPace]:
    moments = moments_of(feed.match.id, feed.signals)
    return [pace for pace in paces_of(feed.match, feed.signals, moments) if pace.period in HALVES]


def assert_can_be_followed(half: PeriodPace) -> None:
    assert len(half.changes) >= FEWEST
    assert half.count_without_news <= MOST
    assert len(half.changes) <= MOST_WITH_NEWS
    assert half.longest_seconds <= LONGEST_SECONDS
    shortest = half.shortest_seconds(by_news=False)
    assert shortest is not None
    assert shortest >= SHORTEST_SECONDS


@pytest.mark.realdata
@pytest.mark.parametrize("match_id", MATCH_IDS)
def test_a_half_has_eight_to_twenty_changes_besides_news(match_id: str) -> None:
    feed = load_feed("wyscout", Path(real_data(f"wyscout/{match_id}.json.gz")))
    for half in halves_of(feed):
        assert_can_be_followed(half)


def test_the_demo_match_has_windows_between_its_goals() -> None:
    feed = load_demo_feed()
    for half in halves_of(feed):
        assert_can_be_followed(half)
    found = {moment.type for moment in moments_of(feed.match.id, feed.signals)}
    assert {MomentType.CORNER, MomentType.LULL, MomentType.LAST_MINUTES} <= found
