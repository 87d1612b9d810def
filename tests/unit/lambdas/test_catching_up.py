"""Whoever comes back gets what the own picture has yet to reach, once and in order."""

from datetime import timedelta
from typing import Any

import pytest

from domain.moment import MomentType
from lambdas.logic import subscriptions
from lambdas.logic.dispatch_plan import DispatchPlanner
from lambdas.logic.subscriptions import SubscribeService
from tests import fakes
from tests.unit.lambdas.conftest import House

MATCH_ID = "turkey-italy"


def subscribing(house: House) -> SubscribeService:
    return SubscribeService(
        connections=house.connections,
        matches=house.matches,
        placing=house.placing,
        telemetry=house.telemetry,
        clock=house.clock,
    )


def subscribe(house: House, **fields: Any) -> dict[str, Any]:
    message = {"action": "subscribe", "matchId": MATCH_ID, **fields}
    return subscribing(house).subscribe("c1", fakes.a_viewer(), message, "r")


def goals_fall(house: House, *minutes: int) -> None:
    for number in range(1, len(minutes) + 1):
        moments = [fakes.a_moment(minute) for minute in minutes[:number]]
        assert house.matches.put_context(house.context(*moments), {})


def playhead(minute: float) -> str:
    return (fakes.KICK_OFF + timedelta(minutes=minute)).isoformat()


def test_a_reconnect_is_answered_with_every_version_that_the_picture_has_yet_to_reach(house: House):
    goals_fall(house, 20, 21, 22, 23)
    answer = subscribe(house, lastVersion=1, playhead=playhead(20.5))
    assert (answer["version"], answer["snapshot"]) == (4, True)
    assert [each["version"] for each in answer["missed"]] == [2, 3]
    assert [each["moment"]["clockSeconds"] for each in answer["missed"]] == [21 * 60, 22 * 60]
    assert all(each["placements"] and "requestId" not in each for each in answer["missed"])
    assert house.telemetry.counts["VersionsCaughtUp"] == 2


def test_who_missed_nothing_gets_nothing_twice(house: House):
    goals_fall(house, 20, 21)
    assert "missed" not in subscribe(house, lastVersion=1, playhead=playhead(20.5))
    assert subscribe(house, lastVersion=2, playhead=playhead(20.5))["type"] == "ack"


def test_whoever_comes_first_in_the_middle_sees_what_the_picture_is_at(house: House):
    goals_fall(house, 20, 21)
    assert [each["version"] for each in subscribe(house)["missed"]] == [0, 1]


def test_what_an_operator_cancelled_or_froze_meanwhile_does_not_come_back(house: House):
    goals_fall(house, 20, 21, 22)
    cancelled = fakes.a_moment(21).id
    _, context, controls = house.matches.match_state(MATCH_ID)
    assert context
    assert house.matches.put_controls(controls.cancelling(cancelled))
    assert house.matches.put_context(context.with_frozen(("poll",)), {})
    answer = subscribe(house, playhead=playhead(20.5))
    assert [each["version"] for each in answer["missed"]] == [0, 1]
    shown = [each for message in (answer, *answer["missed"]) for each in message["placements"]]
    assert shown
    assert all(each["componentId"] != "poll" for each in shown)


def test_a_slow_or_heavy_catching_up_gives_the_newest_and_says_how_many_it_left(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    goals_fall(house, 20, 21, 22, 23)
    monkeypatch.setattr(subscriptions, "CATCHING_UP_BYTES", 2_500)
    answer = subscribe(house, playhead=playhead(20.5))
    assert [each["version"] for each in answer["missed"]] == [3]
    assert house.telemetry.counts["VersionsMissed"] == 3
    monkeypatch.setattr(subscriptions, "CATCHING_UP_SECONDS", 0)
    assert "missed" not in subscribe(house, playhead=playhead(20.5))


def test_a_tasks_context_leaves_the_earlier_versions_in_the_table(house: House):
    queue = fakes.InMemoryDispatchQueue()
    planner = DispatchPlanner(queue=queue, shards=2, telemetry=house.telemetry, clock=house.clock)
    planner.plan(house.context(fakes.a_moment(1), fakes.a_moment(2, kind=MomentType.RED_CARD)), {})
    assert [task.context.earlier for task in queue.tasks] == [(), ()]
