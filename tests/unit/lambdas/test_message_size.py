"""No component is too large for a match: the message goes out without it."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.component import MAX_COMPONENT_BYTES, MAX_PROPERTIES_BYTES, Component, Slot
from domain.json_limits import json_bytes
from lambdas.logic.message_size import MAX_MESSAGE_BYTES
from tests.support import builders
from tests.support.dispatch_rig import DispatchRig

GOAL, MATCH_ID = builders.a_moment(1), "turkey-italy"


def large(component_id: str, size: int, slot: Slot = Slot.SIDE_PANEL) -> Component:
    """A component whose properties have this size, as an earlier version may have published it."""
    return builders.a_component(component_id, slot, properties={"text": "x" * size}, editorial_rank=1)


def publish(rig: DispatchRig, components: Sequence[Component]) -> None:
    rig.catalogue.known = {component.id: component for component in components}
    rig.recommender.ranking = tuple(rig.catalogue.known)


def shown(message: dict[str, Any], part: str = "placements") -> dict[str, str]:
    return {placed["slot"]: placed["componentId"] for placed in message[part]}


def test_a_goal_reaches_viewers_without_the_component_that_is_too_large(rig: DispatchRig) -> None:
    # GIVEN 135 kB of properties in the component that is ranked first
    poll, stats = builders.a_component("poll"), builders.a_component("stats", Slot.SIDE_PANEL)
    publish(rig, [large("fat", 135_000), poll, stats])
    rig.follow(1, 2)
    # WHEN a goal is dispatched
    rig.dispatch()
    # THEN the next best component has its slot, on the screen of the goal and on the one that follows
    message = rig.inbox(1)[0]
    assert shown(message) == {"overlay": "poll", "side_panel": "stats"}
    assert shown(message, "afterwards") == {}
    assert message["alternatives"] == []
    # AND the loss is counted and logged, and the record of the decision has what was sent
    assert rig.telemetry.counts["ComponentsLeftOut"] == 2
    assert rig.telemetry.warnings == ["component left out: the message is too large"] * 2
    (decision, _) = rig.decisions.decisions
    assert {placed["component_id"] for placed in decision["placements"]} == {"poll", "stats"}


def test_a_snapshot_is_cut_to_what_a_message_may_have(rig: DispatchRig) -> None:
    publish(rig, [large("fat", 135_000), builders.a_component("poll")])
    assert rig.matches.put_context(rig.context(GOAL), {})
    answer = rig.subscribe_service().subscribe(
        "c1", builders.a_viewer(), {"action": "subscribe", "matchId": MATCH_ID}, "r"
    )
    assert shown(answer) == {"overlay": "poll"}
    assert json_bytes(answer) <= MAX_MESSAGE_BYTES


def test_missed_versions_and_the_snapshot_are_one_message_together(rig: DispatchRig) -> None:
    # GIVEN components that take half a message, and two versions that the picture has yet to reach
    publish(rig, [large("half", 45_000)])
    moments = [builders.a_moment(minute) for minute in (20, 21, 22)]
    for number in range(1, 4):
        assert rig.matches.put_context(rig.context(*moments[:number]), {})
    answer = rig.subscribe_service().subscribe(
        "c1", builders.a_viewer(), {"action": "subscribe", "matchId": MATCH_ID}, "r" * 100
    )
    assert shown(answer) == {"side_panel": "half"}
    assert json_bytes(answer) <= MAX_MESSAGE_BYTES
    assert rig.telemetry.counts["VersionsMissed"] > 0


def test_a_message_holds_the_largest_components_that_can_be_published(rig: DispatchRig) -> None:
    # GIVEN four components for every slot, each as large as publishing allows
    components = []
    for number in range(4):
        for slot in Slot:
            component = large(f"{slot.value}-{number}", MAX_PROPERTIES_BYTES - len('{"text":""}'), slot)
            fields = {**component.to_dict(), "title": "x" * 1_000}
            fields["remote"]["module"] += "x" * (MAX_COMPONENT_BYTES - json_bytes(fields))
            components.append(Component.from_dict(fields))
    publish(rig, components)
    rig.follow(1)
    rig.dispatch()
    (body,) = rig.poster.inboxes["c00001"]
    assert len(rig.inbox(1)[0]["alternatives"]) == 8
    assert len(rig.inbox(1)[0]["afterwards"]) == 3
    assert 110_000 < len(body) <= MAX_MESSAGE_BYTES
    assert "ComponentsLeftOut" not in rig.telemetry.counts


@pytest.mark.parametrize("size", [0, 60_000])
def test_what_fits_is_sent_as_it_is(rig: DispatchRig, size: int) -> None:
    publish(rig, [large("one", size, Slot.OVERLAY)])
    rig.follow(1)
    rig.dispatch()
    assert shown(rig.inbox(1)[0]) == {"overlay": "one"}
    assert rig.telemetry.warnings == []
