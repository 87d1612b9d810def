"""Interactions that an app may report."""

from typing import Any

import pytest

from domain.errors import InvalidFieldError
from domain.interaction import MAX_IMPRESSION, Interaction, InteractionType


def interaction(**changes: Any) -> Interaction:
    act = {"type": "click", "componentId": "poll", "slot": "overlay", "version": 3}
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
