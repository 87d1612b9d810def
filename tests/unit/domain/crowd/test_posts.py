"""Posts are counted, judged and assigned to matches."""

from datetime import datetime, timedelta

import pytest

from domain.crowd.aggregate import PostAggregator
from domain.crowd.lexicon import sentiment
from domain.crowd.watch_list import WatchList
from domain.errors import InvalidFieldError
from domain.signal import PostCounts, Signal
from tests.support.counted_posts import START


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def counts(signal: Signal) -> PostCounts:
    assert signal.posts is not None
    return signal.posts


def test_posts_are_counted_by_match_and_interval_including_zero() -> None:
    # GIVEN two followed matches, one of them with posts
    aggregator = PostAggregator("bluesky")
    aggregator.follow({"m1", "m2"})
    closed = []
    for second, value in ((1, 0.5), (3, -1.0), (9, None)):
        closed += aggregator.add("m1", after(second + 10))
        if value is not None:
            aggregator.add_sentiment("m1", after(second + 10), value)
    assert not closed
    # WHEN the interval is over
    closed = list(aggregator.close_until(after(20)))
    # THEN each match has its signal, timed at the interval's end
    assert [(each.match_id, counts(each).count, counts(each).sentiment_count) for each in closed] == [
        ("m1", 3, 2),
        ("m2", 0, 0),
    ]
    assert [each.occurred_at for each in closed] == [after(20)] * 2
    assert counts(closed[0]).sentiment_sum == -0.5
    assert Signal.from_dict(closed[0].to_dict()) == closed[0]


def test_an_interval_closes_once_and_a_late_post_counts_in_the_open_one() -> None:
    aggregator = PostAggregator("bluesky")
    aggregator.follow({"m"})
    closed = []
    for second in (1, 13, 2, 25, 37):
        closed += aggregator.add("m", after(second))
    assert [(each.occurred_at - START).total_seconds() for each in closed] == [10, 20, 30]
    assert sum(counts(each).count for each in closed) == 4
    assert len({each.id for each in closed}) == 3


def test_a_stream_that_catches_up_does_not_look_like_a_spike() -> None:
    aggregator = PostAggregator("bluesky")
    aggregator.follow({"m"})
    closed = aggregator.add("m", after(600))
    for second in range(100):
        closed += aggregator.add("m", after(second))
    closed += aggregator.close_until(after(610))
    assert [counts(each).count for each in closed] == [1]


def test_a_match_that_is_no_longer_followed_is_dropped() -> None:
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
def test_the_sentiment_of_a_post_follows_its_words_and_emoji(text: str, sign: int) -> None:
    found = sentiment(text)
    assert found is not None
    assert 0 < found * sign <= 1


@pytest.mark.parametrize("text", ["", "Kick off in five minutes", "https://great.example/best @legend", "⚽"])
def test_a_post_without_lexicon_words_has_no_sentiment(text: str) -> None:
    assert sentiment(text) is None


def test_a_post_is_about_matches_whose_keywords_it_holds_as_whole_words() -> None:
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


def test_a_wrong_watch_list_entry_is_named() -> None:
    with pytest.raises(InvalidFieldError) as caught:
        WatchList.from_dict({"matches": [{"match_id": "m", "keywords": ["ok", 7]}]})
    assert caught.value.field == "matches[0].keywords[1]"
