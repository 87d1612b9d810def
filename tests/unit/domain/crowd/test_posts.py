"""Posts on their way to counts."""

from datetime import timedelta

import pytest

from domain.crowd.aggregate import PostAggregator
from domain.crowd.lexicon import sentiment
from domain.crowd.watch_list import WatchList
from domain.errors import InvalidFieldError
from domain.signal import Signal
from tests.unit.domain.crowd.counted import START


def after(seconds: float):
    return START + timedelta(seconds=seconds)


def test_posts_are_counted_by_match_and_interval_and_silence_is_a_count_too():
    # GIVEN two matches that are followed, of which one is spoken of
    aggregator = PostAggregator("bluesky")
    aggregator.follow({"m1", "m2"})
    told = []
    for second, feeling in ((1, 0.5), (3, -1.0), (9, None)):
        told += aggregator.add("m1", after(second + 10))
        if feeling is not None:
            aggregator.add_sentiment("m1", after(second + 10), feeling)
    assert not told
    # WHEN the interval is over
    told = list(aggregator.close_until(after(20)))
    # THEN each match has its signal, timed at the interval's end
    assert [(each.match_id, each.posts.count, each.posts.sentiment_count) for each in told] == [
        ("m1", 3, 2),
        ("m2", 0, 0),
    ]
    assert [each.occurred_at for each in told] == [after(20)] * 2
    assert told[0].posts.sentiment_sum == -0.5
    assert Signal.from_dict(told[0].to_dict()) == told[0]


def test_no_interval_is_told_twice_and_a_straggler_counts_in_the_open_one():
    aggregator = PostAggregator("bluesky")
    aggregator.follow({"m"})
    told = []
    for second in (1, 13, 2, 25, 37):
        told += aggregator.add("m", after(second))
    assert [(each.occurred_at - START).total_seconds() for each in told] == [10, 20, 30]
    assert sum(each.posts.count for each in told) == 4
    assert len({each.id for each in told}) == 3


def test_a_stream_that_catches_up_does_not_look_like_a_spike():
    aggregator = PostAggregator("bluesky")
    aggregator.follow({"m"})
    told = aggregator.add("m", after(600))
    for second in range(100):
        told += aggregator.add("m", after(second))
    told += aggregator.close_until(after(610))
    assert [each.posts.count for each in told] == [1]


def test_a_match_no_longer_followed_is_let_go():
    aggregator = PostAggregator("bluesky")
    aggregator.follow({"m1"})
    aggregator.add("m1", after(0))
    aggregator.follow({"m2"})
    assert not aggregator.add("m1", after(1))
    assert [each.match_id for each in aggregator.close_until(after(60))] == ["m2"]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("What a GOLAZO! Immobile is a legend 🔥", 1),
        ("YESSSSS brilliant", 1),
        ("not bad at all", 1),
        ("VAR is a disgrace, we were ROBBED 😡", -1),
        ("Not good enough, shambles", -1),
        ("never a penalty, what a joke", -1),
    ],
)
def test_a_post_feels_as_its_words_and_signs_do(text, sign):
    felt = sentiment(text)
    assert felt is not None
    assert 0 < felt * sign <= 1


@pytest.mark.parametrize("text", ["", "Kick off in five minutes", "https://great.example/best @legend", "⚽"])
def test_a_post_without_feeling_is_not_judged(text):
    assert sentiment(text) is None


def test_a_post_is_about_the_matches_whose_keywords_it_holds_as_words():
    watched = WatchList.from_dict(
        {
            "matches": [
                {"match_id": "m1", "keywords": ["Italy", "#TURITA"]},
                {"match_id": "m2", "keywords": ["Wales", "#WALSUI", "Italy"]},
            ]
        }
    )
    assert watched.matches_of("forza ITALY!") == {"m1", "m2"}
    assert watched.matches_of("goal #turita") == {"m1"}
    assert watched.matches_of("Walesa in Italyland") == set()
    assert WatchList().matches_of("Italy") == set()


def test_a_wrong_watch_list_is_named():
    with pytest.raises(InvalidFieldError) as caught:
        WatchList.from_dict({"matches": [{"match_id": "m", "keywords": ["ok", 7]}]})
    assert caught.value.field == "matches[0].keywords[1]"
