"""Mention spikes and sentiment swings within one match."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

import pytest

from domain.crowd.sentiment_detector import SentimentDetector
from domain.crowd.volume_detector import VolumeDetector
from domain.signal import PostCounts
from tests.support.counted_posts import START, counted, labelled_sentiments, posts_per_second
from tests.support.real_data import real_data

QUIET = [8.0] * 120
"""Twenty minutes of eight posts a second."""
Interval = tuple[datetime, PostCounts]
Reaction = TypeVar("Reaction", covariant=True)


class Detector(Protocol[Reaction]):
    """A detector of the crowd's reactions, with its checkpoint."""

    def observe(self, at: datetime, posts: PostCounts) -> Reaction | None: ...
    def state(self) -> dict[str, Any]: ...
    def restore(self, state: Mapping[str, Any]) -> None: ...


def detected(detector: Detector[Reaction], intervals: Iterable[Interval]) -> list[Reaction]:
    return [found for at, posts in intervals if (found := detector.observe(at, posts))]


def test_mentions_that_double_are_a_spike_within_half_a_minute() -> None:
    [spike] = detected(VolumeDetector(), counted([*QUIET, *[24.0] * 12]))
    assert spike.at - START - timedelta(seconds=len(QUIET) * 10) <= timedelta(seconds=30)
    assert spike.ratio > 2


def test_a_slow_rise_is_not_a_spike() -> None:
    # GIVEN twenty minutes in which mentions grow fourfold
    assert not detected(VolumeDetector(), counted([*QUIET, *(8.0 + 0.2 * step for step in range(120))]))


def test_a_few_posts_in_silence_are_not_a_spike() -> None:
    # GIVEN a post a minute, and then four at once
    lone = ([0.1] + [0.0] * 5) * 20
    assert not detected(VolumeDetector(), counted([*lone, 0.4, *lone]))


def test_a_long_spike_is_detected_once_and_so_is_the_next() -> None:
    rates = [*QUIET, *[24.0] * 30, *QUIET, *[30.0] * 6]
    assert len(detected(VolumeDetector(), counted(rates))) == 2


def test_nothing_is_detected_during_the_warm_up() -> None:
    assert not detected(VolumeDetector(), counted([1.0] * 20 + [50.0] * 20))


def test_a_repeated_or_out_of_order_interval_is_ignored() -> None:
    intervals = list(counted([*QUIET, *[24.0] * 3]))
    repeated = [entry for n, each in enumerate(intervals) for entry in (each, intervals[max(0, n - 2)])]
    assert detected(VolumeDetector(), repeated) == detected(VolumeDetector(), intervals)


def test_a_change_of_sentiment_is_a_swing_with_its_direction() -> None:
    intervals = [*counted([4.0] * 120, sentiment=0.3)]
    turned = [(at + timedelta(seconds=1200), posts) for at, posts in counted([4.0] * 18, sentiment=-0.3)]
    [swing] = detected(SentimentDetector(), [*intervals, *turned])
    assert swing.change <= -0.35


def test_a_few_angry_posts_are_not_a_swing() -> None:
    # GIVEN a sentiment that changes in five posts
    angry = PostCounts(interval_seconds=10, count=1, sentiment_sum=-1, sentiment_count=1)
    turned = [(START + timedelta(seconds=1200 + 60 * n), angry) for n in range(3, 8)]
    assert not detected(SentimentDetector(), [*counted([4.0] * 120, sentiment=0.3), *turned])


SPIKING = list(counted([*QUIET, *[24.0] * 12, *QUIET]))
TURNING = list(counted([8.0] * 240, sentiment=0.5)) + [
    (at + timedelta(hours=1), posts) for at, posts in counted(QUIET, sentiment=-0.5)
]


@pytest.mark.parametrize(("detector", "intervals"), [(VolumeDetector, SPIKING), (SentimentDetector, TURNING)])
def test_a_checkpoint_anywhere_changes_nothing(
    detector: Callable[[], Detector[Any]], intervals: Sequence[Interval]
) -> None:
    whole = detected(detector(), intervals)
    assert whole
    for cut in (0, 1, 119, 121, 125):
        before, after = detector(), detector()
        head = detected(before, intervals[:cut])
        after.restore(json.loads(json.dumps(before.state())))
        assert head + detected(after, intervals[cut:]) == whole


@pytest.mark.realdata
@pytest.mark.parametrize("seconds", [1, 5, 10, 15, 30, 60])
def test_each_goal_of_turkey_italy_is_a_spike_within_two_minutes(seconds: int) -> None:
    # GIVEN the posts of a real match, counted in intervals of `seconds`
    path = real_data("social/turkey_italy_2021_posts_per_second.csv.gz")
    spikes = [spike.at for spike in detected(VolumeDetector(), posts_per_second(path, seconds))]
    goals = [datetime(2021, 6, 11, 20, *at, tzinfo=UTC) for at in ((10, 12), (23, 33), (36, 30))]
    # THEN each goal is followed by one spike within two minutes
    close = [[at for at in spikes if timedelta(0) <= at - goal <= timedelta(minutes=2)] for goal in goals]
    assert [len(found) for found in close] == [1, 1, 1]
    # AND the only other spike follows Insigne's shot just wide at 17:03 of play, 19:17:33 by the clock
    shot = datetime(2021, 6, 11, 19, 17, 33, tzinfo=UTC)
    others = [at - shot for at in spikes if not any(at in found for found in close)]
    assert all(timedelta(0) <= after <= timedelta(minutes=2) for after in others)
    assert len(others) <= 1


@pytest.mark.realdata
@pytest.mark.parametrize("seconds", [1, 5, 10, 15, 30, 60])
def test_only_the_two_swings_of_manchester_liverpool_are_detected(seconds: int) -> None:
    path = real_data("social/manutd_liverpool_2019_sentiment.csv.gz")
    first, second = detected(SentimentDetector(), labelled_sentiments(path, seconds))
    assert (first.change < 0, second.change > 0) == (True, True)
    assert timedelta(0) <= first.at - datetime(2019, 10, 20, 15, 50, tzinfo=UTC) <= timedelta(minutes=2)
    assert timedelta(0) <= second.at - datetime(2019, 10, 20, 16, 6, tzinfo=UTC) <= timedelta(minutes=2)
