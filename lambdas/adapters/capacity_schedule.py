"""Changes of capacity as one-time schedules of EventBridge Scheduler."""

import json
from datetime import UTC, datetime
from typing import Any, Protocol

from domain.validation import format_instant
from lambdas.adapters.aws import error_code

AT = "at(%Y-%m-%dT%H:%M:%S)"


class Change(Protocol):
    """A change of capacity."""

    @property
    def name(self) -> str:
        """Its name in the group."""

    @property
    def at(self) -> datetime:
        """When it comes."""

    @property
    def transactions_per_second(self) -> int:
        """What it asks for."""

    @property
    def stand_down_at(self) -> datetime | None:
        """Until when, if that is to be planned."""


class SchedulerCapacitySchedule:
    """Schedules of one group; each invokes the function once, and is gone."""

    def __init__(self, client: Any, *, group_name: str, role_arn: str, function_arn: str) -> None:
        self._client = client
        self._group_name = group_name
        self._target = {"Arn": function_arn, "RoleArn": role_arn}

    def put_change(self, change: Change) -> None:
        """Add a change, or move the one of that name."""
        wanted = {
            "Name": change.name,
            "GroupName": self._group_name,
            "ScheduleExpression": change.at.astimezone(UTC).strftime(AT),
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                **self._target,
                "Input": json.dumps(asked_for(change)),
            },
        }
        from botocore.exceptions import ClientError

        try:
            self._client.create_schedule(**wanted)
        except ClientError as error:
            if error_code(error) != "ConflictException":
                raise
            self._client.update_schedule(**wanted)

    def postpone_change(self, change: Change) -> None:
        """Add a change, or move the one of that name if it would come earlier."""
        known = self._time_of(change.name)
        if known is None or known < change.at:
            self.put_change(change)

    def _time_of(self, name: str) -> datetime | None:
        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_schedule(Name=name, GroupName=self._group_name)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            return None
        return datetime.strptime(answer["ScheduleExpression"], AT).replace(tzinfo=UTC)


def asked_for(change: Change) -> dict[str, Any]:
    """The change as the function that makes it is asked for it."""
    asked: dict[str, Any] = {"minimum_transactions_per_second": change.transactions_per_second}
    if change.stand_down_at is not None:
        asked["stand_down_at"] = format_instant(change.stand_down_at)
    return asked
