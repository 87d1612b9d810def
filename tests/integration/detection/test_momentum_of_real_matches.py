"""In twenty-four real matches pressure is neither rare nor constant, and shots follow it."""

import numpy as np
import pytest

from domain.detection.momentum import THRESHOLDS
from local.play.feeds.loading import load_feed
from local.study.momentum.located_match import LocatedMatch
from local.study.momentum.measures import pressing_sides
from local.study.momentum.prediction import flatten, instants_of, predict
from tests.support.real_data import real_data
from tests.support.real_matches import MATCH_IDS

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def matches() -> list[LocatedMatch]:
    feeds = [
        load_feed("wyscout", real_data(f"wyscout/{match_id}.json.gz"), all_entries=True)
        for match_id in MATCH_IDS
    ]
    return [
        LocatedMatch.of(signal.match_event for signal in feed.signals if signal.match_event is not None)
        for feed in feeds
    ]


def test_a_half_has_one_to_four_episodes_on_average(matches: list[LocatedMatch]) -> None:
    halves = [pressing_sides(match, period, THRESHOLDS) for match in matches for period in (1, 2)]
    starts = [int((np.diff(half, axis=0, prepend=0) > 0).sum()) for half in halves]
    assert 1 <= np.mean(starts) <= 4
    assert max(starts) <= 8


def test_a_side_that_presses_shoots_more_often(matches: list[LocatedMatch]) -> None:
    pressing = (
        flatten(matches, lambda number, period: pressing_sides(matches[number], period, THRESHOLDS)) > 0
    )
    found = predict(pressing, instants_of(matches))
    assert found.shots.low > 1
    assert found.against.low > 1
