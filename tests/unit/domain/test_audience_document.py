"""Documents of audiences hold what a picture can still reach, whatever the order of the versions."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audience_document import merged
from domain.catch_up import REWIND
from domain.validation import format_instant
from tests.support import builders

Message = dict[str, Any]


def message(version: int, minute: float, *, moment: str | None = "goal", **changes: Any) -> Message:
    """Return an audience message whose window is three minutes long."""
    opens = builders.KICK_OFF + timedelta(minutes=minute)
    return {
        "type": "audience",
        "version": version,
        "moment": moment and {"id": moment},
        "media": {
            "notBefore": format_instant(opens),
            "validUntil": format_instant(opens + timedelta(minutes=3)),
        },
        "snapshot": False,
        "components": [
            {"componentId": name, "slot": slot}
            for name, slot in (("a", "ticker"), ("b", "ticker"), ("poll", "overlay"), ("c", "ticker"))
        ],
        "candidates": [candidate(index) for index in range(4)],
        "conflicts": [[0, 2, "apart"], [1, 2, "apart"], [2, 3, "apart"]],
        "rotation": 1,
        **changes,
    }


def candidate(component: int, *above: str) -> Message:
    return {"component": component, "above": list(above), "limits": []}


def document(*messages: Message) -> Message:
    """Return the document after these messages."""
    merging: Message | None = None
    for each in messages:
        merging = merged(merging, each)
    assert merging is not None
    return merging


def missed(merging: Message) -> list[int]:
    return [each["version"] for each in merging.get("missed", [])]


def test_a_first_message_is_the_document() -> None:
    assert document(message(1, 10)) == {**message(1, 10), "snapshot": True}


def test_earlier_versions_that_a_late_picture_reaches_are_kept() -> None:
    merging = document(message(1, 1), message(2, 20), message(3, 21))
    assert (merging["version"], missed(merging)) == (3, [2])


@given(st.permutations([(1, 10.0), (2, 11.0), (3, 11.0), (4, 12.5), (5, 14.0)]))
def test_versions_merge_in_any_order(versions: list[tuple[int, float]]) -> None:
    in_order = document(*(message(*each) for each in sorted(versions)))
    assert document(*(message(*each) for each in versions)) == in_order
    assert missed(in_order) == [1, 3, 4]


def test_a_message_that_changes_nothing_leaves_the_document_as_it_is() -> None:
    merging = document(message(1, 1), message(2, 20))
    assert merged(merging, message(1, 1)) == merging == merged(merging, message(2, 20))


def test_a_version_beyond_the_longest_rewind_is_left_out() -> None:
    window = timedelta(minutes=3)
    minutes = (window + REWIND) / timedelta(minutes=1)
    assert missed(document(message(1, 0), message(2, minutes - 0.1))) == [1]
    assert missed(document(message(1, 0), message(2, minutes))) == []


def test_versions_about_a_cancelled_moment_are_left_out_in_every_revision() -> None:
    merging = document(message(1, 10), message(2, 11, moment="goal~2"), message(3, 12, moment="card"))
    newest = message(4, 12.5, moment=None)
    assert missed(merged(merging, newest, {"goal"})) == [3]
    assert missed(merged(merging, newest, {"other"})) == [1, 2, 3]


def test_what_is_frozen_now_is_no_candidate_of_an_earlier_version() -> None:
    calm = {"candidates": [candidate(3), candidate(0, "gate"), candidate(1)], "conflicts": [], "rotation": 2}
    earlier = message(1, 10, afterwards=calm)
    merging = merged(document(earlier), message(2, 11, frozen=["a"]))
    (left,) = merging["missed"]
    assert left["frozen"] == ["a"]
    # THEN the next candidate of the slot names the reason, and conflicts name the others
    assert left["candidates"] == [candidate(1, "frozen-by-operator"), candidate(2), candidate(3)]
    assert left["conflicts"] == [[0, 1, "apart"], [1, 2, "apart"]]
    rules = [each["above"] for each in left["afterwards"]["candidates"]]
    assert rules == [[], ["gate", "frozen-by-operator"]]


def test_a_version_that_comes_after_the_freeze_is_without_the_frozen_component() -> None:
    merging = document(message(2, 11, frozen=["a"]), message(1, 10))
    assert [each["component"] for each in merging["missed"][0]["candidates"]] == [1, 2, 3]


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_a_component_that_is_thawed_stays_away_from_versions_stored_before(order: tuple[int, ...]) -> None:
    frozen: dict[int, dict[str, Any]] = {2: {"frozen": ["a"]}}
    merging = document(*(message(number, 10 + number, **frozen.get(number, {})) for number in order))
    assert "frozen" not in merging
    assert missed(merging) == [1, 2]
