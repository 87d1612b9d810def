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


def test_what_was_shown_always_holds_the_component_itself():
    assert told().impression == ("poll",)
    assert told(impression=["stats", "poll"]).impression == ("stats", "poll")
    assert told(impression=["stats"]).impression == ("poll", "stats")
    assert (
        len(told(impression=[f"c{number}" for number in range(MAX_IMPRESSION)]).impression) == MAX_IMPRESSION
    )
