"""Running scheduled rules and EventBridge Scheduler's schedules, which moto keeps but does not run."""

import json
import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.twin.edge.calls import BackendCalls
from local.twin.endpoints import ACCOUNT_ID
from local.twin.poll_triggers import PollTriggers, wait_for_trigger
from local.twin.services.eventbridge.first_seen import FirstSeen
from local.twin.services.eventbridge.rule_targets import target_caller, target_input
from local.twin.services.eventbridge.schedule_expressions import next_due
from local.twin.target_invoker import TargetInvoker

_LOG = logging.getLogger(__name__)
_LONGEST_SLEEP_SECONDS = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule expression and its target; `delete_after` is the path to delete once it has run."""

    id: str
    expression: str
    """`at(...)`, `cron(...)` or `rate(...)`."""
    zone: str
    """The IANA name of the time zone of the expression."""
    target: dict[str, Any]
    delete_after: str | None = None


class Schedules:
    """Invokes the targets of schedules when they are due."""

    def __init__(
        self, *, calls: BackendCalls, targets: TargetInvoker, triggers: PollTriggers, region: str
    ) -> None:
        self._calls = calls
        self._targets = targets
        self._trigger = triggers.subscribe("schedules")
        self._region = region
        self._first_seen = FirstSeen()

    async def run(self) -> None:
        """Run schedules until cancelled: sleep until the next is due, or until the schedules change."""
        started_until = datetime.now(UTC)
        while True:
            try:
                schedules = await self._all()
                self._first_seen.note(map(_key, schedules), datetime.now(UTC))
            except Exception:  # noqa: BLE001 - a failing read must not stop later schedules
                _LOG.exception("reading the schedules failed")
                schedules = []
            due = {schedule.id: self._due(schedule, started_until) for schedule in schedules}
            next_at = min((at for at in due.values() if at is not None), default=None)
            now = datetime.now(UTC)
            if next_at is None or next_at > now:
                seconds = _LONGEST_SLEEP_SECONDS if next_at is None else (next_at - now).total_seconds()
                await wait_for_trigger(self._trigger, min(seconds, _LONGEST_SLEEP_SECONDS))
                continue
            for schedule in schedules:
                if due[schedule.id] == next_at:
                    await self._start(schedule, next_at)
            started_until = next_at

    def _due(self, schedule: Schedule, after: datetime) -> datetime | None:
        started = self._first_seen.since(_key(schedule))
        try:
            return next_due(schedule.expression, after=after, started=started, zone=schedule.zone)
        except (ValueError, KeyError):
            _LOG.exception("schedule %s has an invalid expression: %s", schedule.id, schedule.expression)
            return None

    async def _start(self, schedule: Schedule, at: datetime) -> None:
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT_ID,
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self._region,
            "resources": [schedule.id],
            "detail": {},
        }
        try:
            caller = target_caller(schedule.target, schedule.id)
            await self._targets.send(caller, schedule.target["Arn"], target_input(schedule.target, event))
            if schedule.delete_after is not None:
                await self._calls.rest_json("scheduler", "DELETE", schedule.delete_after)
        except Exception:  # noqa: BLE001 - a failing target must not stop the others
            _LOG.exception("schedule %s failed to invoke %s", schedule.id, json.dumps(schedule.target))

    async def _all(self) -> list[Schedule]:
        return await self._from_rules() + await self._from_scheduler()

    async def _from_rules(self) -> list[Schedule]:
        found = []
        for rule in (await self._calls.json("events", "ListRules", {}))["Rules"]:
            if not rule.get("ScheduleExpression") or rule.get("State") != "ENABLED":
                continue
            targets = await self._calls.json("events", "ListTargetsByRule", {"Rule": rule["Name"]})
            found += [
                Schedule(id=rule["Arn"], expression=rule["ScheduleExpression"], zone="UTC", target=target)
                for target in targets["Targets"]
            ]
        return found

    async def _from_scheduler(self) -> list[Schedule]:
        found = []
        for listed in (await self._calls.rest_json("scheduler", "GET", "/schedules"))["Schedules"]:
            path = f"/schedules/{listed['Name']}?groupName={listed['GroupName']}"
            schedule = await self._calls.rest_json("scheduler", "GET", path)
            if schedule.get("State", "ENABLED") != "ENABLED":
                continue
            found.append(
                Schedule(
                    id=schedule["Arn"],
                    expression=schedule["ScheduleExpression"],
                    zone=schedule.get("ScheduleExpressionTimezone") or "UTC",
                    target=schedule["Target"],
                    delete_after=path if schedule.get("ActionAfterCompletion") == "DELETE" else None,
                )
            )
        return found


def _key(schedule: Schedule) -> str:
    return f"{schedule.id} {schedule.expression}"
