"""Values that would overflow arithmetic, the calendar or UTF-8 are refused on input, by field."""

from typing import Any

import pytest

from domain.crowd.match_crowd import MatchCrowd
from domain.crowd.watch_list import WatchList
from domain.detection.engine import MatchEngine
from domain.errors import InvalidFieldError
from domain.signal import Signal
from domain.validation import EARLIEST, LARGEST, LATEST, Reader, format_instant, read_json, read_text

OTHER = {"id": "e1", "type": "other", "period": 1, "clock_seconds": 5}
SIGNAL = {
    "id": "s1",
    "match_id": "m1",
    "source": "feed",
    "kind": "match_event",
    "occurred_at": "2021-06-11T19:00:05.000Z",
    "match_event": OTHER,
}
POSTS = {"interval_seconds": 10, "count": 12, "sentiment_sum": 3.5, "sentiment_count": 7}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"occurred_at": "9999-12-31T23:59:00Z"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"media_time": "0001-01-01T00:00:00Z"}, "media_time"),
        ({"match_event": {**OTHER, "clock_seconds": 10**400}}, "match_event.clock_seconds"),
        ({"match_event": {**OTHER, "clock_seconds": float("nan")}}, "match_event.clock_seconds"),
        ({"match_event": {**OTHER, "player": "\ud800"}}, "match_event.player"),
        ({"received_at_ms": 10**400}, "received_at_ms"),
    ],
)
def test_an_invalid_signal_is_refused_by_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        Signal.from_dict({**SIGNAL, **change})
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"count": 10**400}, "posts.count"),
        ({"sentiment_sum": 1e308}, "posts.sentiment_sum"),
        ({"sentiment_sum": -7.5}, "posts.sentiment_sum"),
        ({"sentiment_count": 0}, "posts.sentiment_sum"),
    ],
)
def test_a_sentiment_beyond_its_posts_is_refused(change: dict[str, Any], field: str) -> None:
    signal = {key: value for key, value in SIGNAL.items() if key != "match_event"}
    with pytest.raises(InvalidFieldError) as caught:
        Signal.from_dict({**signal, "kind": "posts", "posts": {**POSTS, **change}})
    assert caught.value.field == field


def test_the_first_and_last_accepted_times_pass_through_the_detectors() -> None:
    for instant in (EARLIEST, LATEST.replace(year=2199, month=12, day=31)):
        engine = MatchEngine("m1", crowd=MatchCrowd)
        for number in range(2):
            given = {**SIGNAL, "id": f"s{number}", "occurred_at": format_instant(instant)}
            engine.observe(Signal.from_dict(given))


def test_numbers_default_to_the_range_that_json_keeps() -> None:
    reader = Reader({"least": -LARGEST, "most": LARGEST, "beyond": LARGEST + 1, "infinite": float("inf")})
    assert (reader.integer("least"), reader.number("most")) == (-LARGEST, LARGEST)
    with pytest.raises(InvalidFieldError, match="beyond: expected a whole number from -9007199254740991"):
        reader.integer("beyond")
    with pytest.raises(InvalidFieldError, match="infinite: expected a number from"):
        reader.number("infinite")


def test_an_optional_field_is_none_when_absent_and_checked_when_present() -> None:
    reader = Reader({"absent": None, "present": "text", "long": "x" * 11})
    assert reader.optional(reader.text, "missing") is None
    assert reader.optional(reader.text, "absent") is None
    assert reader.optional(reader.text, "present", max_length=10) == "text"
    with pytest.raises(InvalidFieldError, match="long: expected a non-empty string of at most 10"):
        reader.optional(reader.text, "long", max_length=10)


@pytest.mark.parametrize("entry", ["", "  ", "x" * 1001, 5, None, "\udfff"])
def test_an_entry_of_a_list_is_named_by_its_index(entry: object) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        read_text(entry, "keywords[3]")
    assert caught.value.field == "keywords[3]"


def test_a_watched_match_without_keywords_is_refused() -> None:
    with pytest.raises(InvalidFieldError) as caught:
        WatchList.from_dict({"matches": [{"match_id": "m1", "keywords": []}]})
    assert caught.value.field == "matches[0].keywords"


@pytest.mark.parametrize("text", ["", "{", b"\xff", "[" * 100_000, "1" * 5_000])
def test_a_text_that_is_not_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        read_json(text)
    assert caught.value.field == "body"
