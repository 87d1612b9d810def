"""The campaign's capacity follows the announced matches."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.validation import format_instant
from lambdas.adapters.capacity_schedule import AT
from lambdas.logic.kick_off import STAND_DOWN_NAME, WARM_UP, WARM_UP_NAME
from tests.e2e.rig import Rig, eventually
from tests.support.builders import a_match

pytestmark = pytest.mark.twin


async def test_an_announced_match_has_a_schedule_that_moves_with_it(rig: Rig) -> None:
    # GIVEN a match tomorrow
    kick_off = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    moved = kick_off + timedelta(hours=2)
    tomorrow = replace(a_match("tomorrow"), kick_off=kick_off)
    async with rig.feed() as feed:
        # WHEN it is announced THEN the campaign is scheduled to be warm at kick-off
        await feed.announce(tomorrow)
        await eventually(lambda: _warm_at(rig, kick_off), "the schedule of the match")
        # WHEN its kick-off moves THEN so does its schedule
        await feed.announce(replace(tomorrow, kick_off=moved))
        await eventually(lambda: _warm_at(rig, moved), "the schedule to move")
        assert not _warm_at(rig, kick_off)


def _warm_at(rig: Rig, kick_off: datetime) -> bool:
    scheduler, group = rig.twin.client("scheduler"), rig.twin.output("KickOffScheduleGroupName")
    names = [entry["Name"] for entry in scheduler.list_schedules(GroupName=group)["Schedules"]]
    planned = [
        scheduler.get_schedule(GroupName=group, Name=name)["ScheduleExpression"]
        for name in names
        if name.startswith(WARM_UP_NAME)
    ]
    return (kick_off - WARM_UP).strftime(AT) in planned


async def test_when_the_campaign_is_warmed_its_way_down_is_planned(rig: Rig) -> None:
    # GIVEN a schedule that is due now
    scheduler, group = rig.twin.client("scheduler"), rig.twin.output("KickOffScheduleGroupName")
    due = datetime.now(UTC) + timedelta(seconds=2)
    over = due + timedelta(hours=4)
    scheduler.create_schedule(
        GroupName=group,
        Name="final",
        ScheduleExpression=due.strftime(AT),
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": rig.twin.output("SetCampaignCapacityArn"),
            "RoleArn": rig.twin.output("KickOffRoleArn"),
            "Input": json.dumps(
                {"minimum_transactions_per_second": 400, "stand_down_at": format_instant(over)}
            ),
        },
    )

    # WHEN it runs THEN the scale-down is scheduled
    def planned() -> bool:
        names = [entry["Name"] for entry in scheduler.list_schedules(GroupName=group)["Schedules"]]
        if STAND_DOWN_NAME not in names:
            return False
        found = scheduler.get_schedule(GroupName=group, Name=STAND_DOWN_NAME)
        return bool(found["ScheduleExpression"] == over.strftime(AT))

    await eventually(planned, "the stand-down")
