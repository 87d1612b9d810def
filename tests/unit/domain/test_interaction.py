"""Interactions that an app may report."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.errors import InvalidFieldError
from domain.interaction import MAX_IMPRESSION, Interaction, InteractionType


def interaction(**changes: Any) -> Interaction:
    act = {"type": "click", "componentId": "poll", "slot": "overlay", "version": 3, "signature": "s"}
    return Interaction.from_message({**act, "occurredAt": "2021-06-11T19:00:30.000Z", **changes}, "it")


def test_a_watch_has_its_seconds() -> None:
    act = interaction(type="watch", value=12.5)
    assert (act.type, act.value) == (InteractionType.WATCH, 12.5)


@pytest.mark.parametrize("value", [{}, {"value": -1}, {"value": 1e9}, {"value": "long"}])
def test_a_watch_without_plausible_seconds_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(InvalidFieldError, match=r"it\.value: expected a number"):
        interaction(type="watch", **value)


@pytest.mark.parametrize(
    ("field", "wrong", "named"),
    [
        ("recommendationId", "r" * 41, "recommendationId"),
        ("impression", ["quiz", "c" * 257], "impression[1]"),
        ("impression", ["quiz"] * 26, "impression"),
        ("value", 1e300, "value"),
        ("occurredAt", "0001-01-01T00:00:00+01:00", "occurredAt"),
    ],
)
def test_values_beyond_the_event_trackers_limits_are_refused(field: str, wrong: object, named: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        interaction(**{field: wrong})
    assert refused.value.field == f"it.{named}"


def test_the_impression_always_contains_the_component() -> None:
    assert interaction().impression == ("poll",)
    assert interaction(impression=["stats", "poll"]).impression == ("stats", "poll")
    assert interaction(impression=["stats"]).impression == ("poll", "stats")
    assert (
        len(interaction(impression=[f"c{number}" for number in range(MAX_IMPRESSION)]).impression)
        == MAX_IMPRESSION
    )


def test_the_impression_has_what_was_seen() -> None:
    act = interaction(impression=["stats", "rival", "poll"])
    assert act.among({"poll", "stats", "quiz"}).impression == ("stats", "poll")


def test_an_act_on_a_placement_has_one_id_whatever_the_clock_says() -> None:
    first, later = interaction(), interaction(occurredAt="2199-12-31T23:00:00Z")
    assert first.id("viewer", "match") == later.id("viewer", "match")
    others = [interaction(version=4), interaction(type="impression"), interaction(componentId="quiz")]
    assert len({each.id("viewer", "match") for each in (first, *others)}) == 4
    assert first.id("viewer", "match") != first.id("other", "match")


def test_watches_of_a_placement_are_told_apart_by_their_times() -> None:
    one = interaction(type="watch", value=5)
    other = interaction(type="watch", value=5, occurredAt="2021-06-11T19:01:30.000Z")
    assert one.id("viewer", "match") != other.id("viewer", "match")


@pytest.mark.parametrize(
    ("occurred", "bounded"),
    [
        ("1900-01-01T00:00:00Z", "2021-06-11T19:00:00+00:00"),
        ("2021-06-11T19:00:30Z", "2021-06-11T19:00:30+00:00"),
        ("2021-06-11T20:00:30Z", "2021-06-11T19:01:00+00:00"),
        ("2199-12-31T23:00:00Z", "2021-06-11T19:01:00+00:00"),
    ],
)
def test_times_of_wrong_clocks_are_bounded(occurred: str, bounded: str) -> None:
    received_at = datetime.fromisoformat("2021-06-11T19:01:00Z")
    act = interaction(occurredAt=occurred).bounded(received_at - timedelta(minutes=1), received_at)
    assert act.occurred_at == datetime.fromisoformat(bounded)
