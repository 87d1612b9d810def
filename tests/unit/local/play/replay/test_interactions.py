"""What apps report is in the order in which the server needs it."""

from datetime import UTC, datetime
from typing import Any

from local.play.replay.interactions import interactions_with, portions

NOW = datetime(2021, 6, 11, 19, tzinfo=UTC)


def placement(component_id: str) -> dict[str, Any]:
    return {"componentId": component_id, "slot": "overlay", "recommendationId": "r1", "signature": "s"}


def test_each_click_follows_the_impression_of_its_component() -> None:
    message = {"version": 4, "placements": [placement("poll"), placement("quiz")]}
    found = interactions_with(message, ["poll"], NOW)
    assert [(each["type"], each["componentId"]) for each in found] == [
        ("impression", "poll"),
        ("click", "poll"),
        ("impression", "quiz"),
    ]
    assert {(each["version"], tuple(each["impression"])) for each in found} == {(4, ("poll", "quiz"))}
    assert found == sorted(found, key=lambda each: str(each["occurredAt"]))


def test_no_portion_begins_with_a_click() -> None:
    message = {"version": 4, "placements": [placement(f"c{number}") for number in range(5)]}
    found = interactions_with(message, ["c1", "c3"], NOW)
    split = list(portions(found, 3))
    assert [each for portion in split for each in portion] == found
    assert max(map(len, split)) <= 3
    assert {portion[0]["type"] for portion in split} == {"impression"}
