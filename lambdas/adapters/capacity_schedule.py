"""Changes of capacity as one-time schedules of EventBridge Scheduler."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from domain.capacity_change import CapacityChange
from domain.validation import format_instant
from lambdas.adapters.aws import error_code

if TYPE_CHECKING:
    from types_boto3_scheduler import EventBridgeSchedulerClient

AT = "at(%Y-%m-%dT%H:%M:%S)"


class SchedulerCapacitySchedule:
    """Schedules of one group; each invokes the function once and is then deleted."""

    def __init__(
        self, client: "EventBridgeSchedulerClient", *, group_name: str, role_arn: str, function_arn: str
    ) -> None:
        self._client = client
        self._group_name = group_name
        self._target = {"Arn": function_arn, "RoleArn": role_arn}

    def put_change(self, change: CapacityChange) -> None:
        """Create the schedule of this name, or replace it."""
        from botocore.exceptions import ClientError

        schedule: dict[str, Any] = {
            "Name": change.name,
            "GroupName": self._group_name,
            "ScheduleExpression": change.at.astimezone(UTC).strftime(AT),
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {**self._target, "Input": json.dumps(schedule_input(change))},
        }
        try:
            self._client.create_schedule(**schedule)
        except ClientError as error:
            if error_code(error) != "ConflictException":
                raise
            self._client.update_schedule(**schedule)

    def postpone_change(self, change: CapacityChange) -> None:
        """Create the schedule of this name, or move it to a later time; never to an earlier one."""
        scheduled_at = self._scheduled_at(change.name)
        if scheduled_at is None or scheduled_at < change.at:
            self.put_change(change)

    def _scheduled_at(self, name: str) -> datetime | None:
        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_schedule(Name=name, GroupName=self._group_name)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            return None
        return datetime.strptime(answer["ScheduleExpression"], AT).replace(tzinfo=UTC)


def schedule_input(change: CapacityChange) -> dict[str, Any]:
    """Return the event with which the schedule invokes `set_campaign_capacity`."""
    event: dict[str, Any] = {"minimum_transactions_per_second": change.transactions_per_second}
    if change.stand_down_at is not None:
        event["stand_down_at"] = format_instant(change.stand_down_at)
    if change.dispatch_environments is not None:
        event["dispatch_environments"] = change.dispatch_environments
    return event
