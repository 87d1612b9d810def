"""The capacity follows the announced matches."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.capacity_window import Capacity, CapacityWindow
from domain.validation import format_instant
from lambdas.adapters.dynamo_capacity import DynamoCapacityWindows
from lambdas.logic.kick_off import STAND_DOWN, WARM_UP
from tests.e2e.rig import Rig, eventually
from tests.support.builders import a_match

pytestmark = pytest.mark.twin
Find = Callable[[datetime], list[CapacityWindow]]


@pytest.fixture
def windows(rig: Rig) -> Find:
    """The windows that contain an instant."""
    stored = DynamoCapacityWindows(rig.twin.client("dynamodb"), rig.twin.output("ConnectionsTableName"))
    return lambda now: list(stored.windows_at(now))


async def test_an_announced_match_has_a_window_that_moves_with_it(rig: Rig, windows: Find) -> None:
    # GIVEN a match tomorrow
    kick_off = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    moved = kick_off + timedelta(days=2)
    tomorrow = replace(a_match("tomorrow"), kick_off=kick_off)
    async with rig.feed() as feed:
        # WHEN it is announced THEN capacity is needed from before its kick-off until after its end
        await feed.announce(tomorrow)
        await eventually(lambda: windows(kick_off - WARM_UP), "the window of the match")
        assert not windows(kick_off + STAND_DOWN)
        # WHEN its kick-off moves THEN so does its window
        await feed.announce(replace(tomorrow, kick_off=moved))
        await eventually(lambda: windows(moved), "the window to move")
        assert not windows(kick_off)


async def test_an_operator_schedules_more_until_a_given_time(rig: Rig, windows: Find) -> None:
    # GIVEN a schedule that is due in a few seconds, which a slow call to create it does not take
    scheduler, group = rig.twin.client("scheduler"), rig.twin.output("KickOffScheduleGroupName")
    due = datetime.now(UTC) + timedelta(seconds=5)
    over = due.replace(microsecond=0) + timedelta(hours=4)
    scheduler.create_schedule(
        GroupName=group,
        Name="final",
        ScheduleExpression=due.strftime("at(%Y-%m-%dT%H:%M:%S)"),
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": rig.twin.output("SetCampaignCapacityArn"),
            "RoleArn": rig.twin.output("KickOffRoleArn"),
            "Input": json.dumps(
                {"minimum_transactions_per_second": 400, "stand_down_at": format_instant(over)}
            ),
        },
    )
    # WHEN it runs THEN that much is needed until then
    await eventually(lambda: windows(over - timedelta(seconds=1)), "the operator's window")
    assert [window.capacity for window in windows(datetime.now(UTC))] == [
        Capacity(transactions_per_second=400)
    ]
    assert not windows(over)
