"""EventBridge's scheduled rules and Scheduler's schedules, as moto keeps them, started when they are due."""

import json
import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.twin.edge.calls import BackendCalls
from local.twin.endpoints import ACCOUNT_ID
from local.twin.services.eventbridge.rules import target_input
from local.twin.services.eventbridge.schedule_times import next_due
from local.twin.services.lambda_.event_sources.delivery import Delivery
from local.twin.services.lambda_.event_sources.wakeups import Wakeups, woken

_LOG = logging.getLogger(__name__)
_LONGEST_SLEEP_SECONDS = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One expression and what it starts."""

    id: str
    expression: str
    zone: str
    target: dict[str, Any]
    delete_after: str | None = None


class Schedules:
    """Sleeps until the next schedule is due, or until the schedules change."""

    def __init__(self, *, calls: BackendCalls, delivery: Delivery, wakeups: Wakeups, region: str) -> None:
        self._calls = calls
        self._delivery = delivery
        self._flag = wakeups.subscribe("schedules")
        self._region = region
        self._first_seen: dict[str, datetime] = {}

    async def run(self) -> None:
        """Start what is due, until cancelled."""
        done_until = datetime.now(UTC)
        while True:
            try:
                schedules = await self._all()
            except Exception:  # noqa: BLE001 - a schedule that cannot be read must not stop the others
                _LOG.exception("reading the schedules failed")
                schedules = []
            due = {schedule.id: self._due(schedule, done_until) for schedule in schedules}
            next_at = min((at for at in due.values() if at is not None), default=None)
            now = datetime.now(UTC)
            if next_at is None or next_at > now:
                seconds = _LONGEST_SLEEP_SECONDS if next_at is None else (next_at - now).total_seconds()
                await woken(self._flag, min(seconds, _LONGEST_SLEEP_SECONDS))
                continue
            for schedule in schedules:
                if due[schedule.id] == next_at:
                    await self._start(schedule, next_at)
            done_until = next_at

    def _due(self, schedule: Schedule, after: datetime) -> datetime | None:
        key = f"{schedule.id} {schedule.expression}"
        started = self._first_seen.setdefault(key, datetime.now(UTC))
        try:
            return next_due(schedule.expression, after=after, started=started, zone=schedule.zone)
        except (ValueError, KeyError):
            _LOG.exception("schedule %s cannot be read: %s", schedule.id, schedule.expression)
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
            await self._delivery.send(schedule.target["Arn"], target_input(schedule.target, event))
            if schedule.delete_after is not None:
                await self._calls.rest_json("scheduler", "DELETE", schedule.delete_after)
        except Exception:  # noqa: BLE001 - a target that fails must not stop the others
            _LOG.exception("schedule %s could not start %s", schedule.id, json.dumps(schedule.target))

    async def _all(self) -> list[Schedule]:
        return await self._of_rules() + await self._of_scheduler()

    async def _of_rules(self) -> list[Schedule]:
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

    async def _of_scheduler(self) -> list[Schedule]:
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
