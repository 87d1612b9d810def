"""A match is announced or moved: the campaign's capacity is planned around it."""

import functools
from typing import Any

from domain.match import Match
from domain.metrics import Metric
from domain.validation import read_json
from lambdas.adapters.aws import client
from lambdas.adapters.capacity_schedule import SchedulerCapacitySchedule
from lambdas.handlers.composition import dead_letters, now
from lambdas.handlers.partial_batch import Answer, Record, process
from lambdas.logic.kick_off import KickOffPlanner
from lambdas.observability import TELEMETRY, observed
from lambdas.settings import ScheduleKickOffSettings, read_settings


@observed
def handler(event: dict[str, Any], _context: object) -> Answer:
    """Plan each match that the queue tells of."""
    return process(
        event["Records"],
        identify=lambda record: str(record["messageId"]),
        handle=_plan,
        source="announcements",
        dead_letters=lambda: dead_letters(read_settings(ScheduleKickOffSettings).dead_letters_queue_url),
    )


@functools.cache
def planner() -> KickOffPlanner:
    """The planner over EventBridge Scheduler."""
    settings = read_settings(ScheduleKickOffSettings)
    return KickOffPlanner(
        schedule=SchedulerCapacitySchedule(
            client("scheduler"),
            group_name=settings.schedule_group_name,
            role_arn=settings.schedule_role_arn,
            function_arn=settings.capacity_function_arn,
        ),
        match_rate=settings.match_transactions_per_second,
        clock=now,
    )


def _plan(record: Record) -> None:
    if planner().plan(Match.from_dict(read_json(record["body"]))):
        TELEMETRY.count(Metric.KICK_OFFS_PLANNED)
