"""A subscriber gets the missed versions that the picture has yet to reach, once and in order."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.moment import MomentType
from lambdas.logic.subscribe import SubscribeService
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig
from tests.support.planning import a_planner

MATCH_ID = "turkey-italy"


def subscribe(target: DispatchRig | SubscribeService, **fields: Any) -> dict[str, Any]:
    service = target if isinstance(target, SubscribeService) else target.subscribe_service()
    message = {"action": "subscribe", "matchId": MATCH_ID, **fields}
    return service.subscribe("c1", builders.a_viewer(), message, "r")


def goals_fall(rig: DispatchRig, *minutes: int) -> None:
    for number in range(1, len(minutes) + 1):
        moments = [builders.a_moment(minute) for minute in minutes[:number]]
        assert rig.matches.put_context(rig.context(*moments), {})


def playhead(minute: float) -> str:
    return (builders.KICK_OFF + timedelta(minutes=minute)).isoformat()


def test_a_reconnect_gets_every_version_that_the_picture_has_yet_to_reach(rig: DispatchRig) -> None:
    goals_fall(rig, 20, 21, 22, 23)
    answer = subscribe(rig, lastVersion=1, playhead=playhead(20.5))
    assert (answer["version"], answer["snapshot"]) == (4, True)
    assert [each["version"] for each in answer["missed"]] == [2, 3]
    assert [each["moment"]["clockSeconds"] for each in answer["missed"]] == [21 * 60, 22 * 60]
    assert all(each["placements"] and "requestId" not in each for each in answer["missed"])
    assert rig.telemetry.counts["VersionsCaughtUp"] == 2


def test_no_version_is_sent_twice(rig: DispatchRig) -> None:
    goals_fall(rig, 20, 21)
    assert "missed" not in subscribe(rig, lastVersion=1, playhead=playhead(20.5))
    assert subscribe(rig, lastVersion=2, playhead=playhead(20.5))["type"] == "ack"


def test_a_new_viewer_gets_the_versions_that_a_delayed_picture_needs(rig: DispatchRig) -> None:
    goals_fall(rig, 20, 21)
    assert [each["version"] for each in subscribe(rig)["missed"]] == [0, 1]


def test_cancelled_moments_and_frozen_components_are_not_caught_up(rig: DispatchRig) -> None:
    goals_fall(rig, 20, 21, 22)
    cancelled = builders.a_moment(21).id
    _, context, controls = rig.matches.match_state(MATCH_ID)
    assert context
    assert rig.matches.put_controls(controls.cancelling(cancelled))
    assert rig.matches.put_context(context.with_frozen(("poll",)), {})
    answer = subscribe(rig, playhead=playhead(20.5))
    assert [each["version"] for each in answer["missed"]] == [0, 1]
    shown = [each for message in (answer, *answer["missed"]) for each in message["placements"]]
    assert shown
    assert all(each["componentId"] != "poll" for each in shown)


def test_catching_up_within_limits_prefers_the_newest_and_counts_the_rest(
    rig: DispatchRig,
) -> None:
    goals_fall(rig, 20, 21, 22, 23)
    small = replace(rig.subscribe_service(), catch_up_bytes=2_500)
    answer = subscribe(small, playhead=playhead(20.5))
    assert [each["version"] for each in answer["missed"]] == [3]
    assert rig.telemetry.counts["VersionsMissed"] == 3
    slow = replace(rig.subscribe_service(), catch_up_seconds=0)
    assert "missed" not in subscribe(slow, playhead=playhead(20.5))


def test_a_task_does_not_carry_earlier_versions(rig: DispatchRig) -> None:
    queue = fakes.InMemoryDispatchQueue()
    a_planner(queue).plan(
        rig.context(builders.a_moment(1), builders.a_moment(2, kind=MomentType.RED_CARD)), {}
    )
    assert [task.context.earlier for task in queue.tasks] == [(), ()]
