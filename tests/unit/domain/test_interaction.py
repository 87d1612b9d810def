"""What an app may tell of its viewer's acts."""

from typing import Any

import pytest

from domain.errors import InvalidFieldError
from domain.interaction import MAX_IMPRESSION, Interaction, InteractionType


def told(**changes: Any) -> Interaction:
    act = {"type": "click", "componentId": "poll", "slot": "overlay", "version": 3}
    return Interaction.from_message({**act, "occurredAt": "2021-06-11T19:00:30.000Z", **changes}, "it")


def test_a_watch_signal_says_for_how_many_seconds():
    act = told(type="watch", value=12.5)
    assert (act.type, act.value) == (InteractionType.WATCH, 12.5)


@pytest.mark.parametrize("value", [{}, {"value": -1}, {"value": 1e9}, {"value": "long"}])
def test_a_watch_signal_without_plausible_seconds_is_refused_by_name(value: dict[str, Any]):
    with pytest.raises(InvalidFieldError, match=r"it\.value: expected a number"):
        told(type="watch", **value)


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
def test_what_the_event_tracker_would_refuse_is_refused_by_name(field: str, wrong: object, named: str):
    with pytest.raises(InvalidFieldError) as refused:
        told(**{field: wrong})
    assert refused.value.field == f"it.{named}"


def test_what_was_shown_always_holds_the_component_itself():
    assert told().impression == ("poll",)
    assert told(impression=["stats", "poll"]).impression == ("stats", "poll")
    assert told(impression=["stats"]).impression == ("poll", "stats")
    assert (
        len(told(impression=[f"c{number}" for number in range(MAX_IMPRESSION)]).impression) == MAX_IMPRESSION
    )
