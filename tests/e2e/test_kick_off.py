"""The campaign's capacity follows the matches that are announced."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lambdas.logic.kick_off import STAND_DOWN, STAND_DOWN_NAME, WARM_UP
from tests.e2e.stage import Stage, eventually
from tests.fakes import a_match

pytestmark = pytest.mark.twin


async def test_an_announced_match_gets_its_schedules_and_moves_them(stage: Stage):
    # GIVEN a match of tomorrow
    kick_off = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    moved = kick_off + timedelta(hours=2)
    tomorrow = replace(a_match("tomorrow"), kick_off=kick_off)
    async with stage.feed() as feed:
        # WHEN it is announced
        await feed.announce(tomorrow)
        # THEN the campaign is warm at kick-off, and rests when it is over
        await eventually(lambda: _planned(stage) == _around(kick_off), "the schedules of the match")
        # WHEN it is moved
        await feed.announce(replace(tomorrow, kick_off=moved))
        # THEN so are they
        await eventually(lambda: _planned(stage) == _around(moved), "the schedules to move")


def _around(kick_off: datetime) -> dict[bool, str]:
    """When the capacity changes, by whether it goes down."""
    return {
        False: (kick_off - WARM_UP).strftime("at(%Y-%m-%dT%H:%M:%S)"),
        True: (kick_off + STAND_DOWN).strftime("at(%Y-%m-%dT%H:%M:%S)"),
    }


def _planned(stage: Stage) -> dict[bool, str]:
    scheduler, group = stage.twin.client("scheduler"), stage.twin.output("KickOffScheduleGroupName")
    names = [entry["Name"] for entry in scheduler.list_schedules(GroupName=group)["Schedules"]]
    return {
        name == STAND_DOWN_NAME: scheduler.get_schedule(GroupName=group, Name=name)["ScheduleExpression"]
        for name in names
    }
