"""Collaborators of `schedule_kick_off` and `set_campaign_capacity`."""

from lambdas.adapters.aws import client
from lambdas.adapters.capacity_schedule import SchedulerCapacitySchedule
from lambdas.adapters.function_capacity import LambdaDispatchCapacity
from lambdas.adapters.personalize import PersonalizeCampaign
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import match_store
from lambdas.logic.kick_off import CapacityKeeper, KickOffPlanner
from lambdas.settings import (
    CampaignSettings,
    CapacityScheduleSettings,
    DispatchAliasSettings,
    MatchCapacitySettings,
    RestingCapacitySettings,
)


@Provider
def kick_off_planner() -> KickOffPlanner:
    """Build the planner of capacity changes around matches."""
    settings = read_settings(MatchCapacitySettings)
    return KickOffPlanner(
        matches=match_store(),
        schedule=_capacity_schedule(settings.capacity_function_arn),
        match_rate=settings.match_transactions_per_second,
        match_environments=settings.match_dispatch_environments or None,
        clock=now,
    )


def build_capacity_keeper(function_arn: str) -> CapacityKeeper:
    """Build the keeper of the capacity; its schedules invoke the function of this ARN.

    A stack cannot put a function's own ARN into that function's environment, so it comes with the invocation.
    """
    alias_arn = read_settings(DispatchAliasSettings).dispatch_alias_arn
    return CapacityKeeper(
        campaign=PersonalizeCampaign(client("personalize"), read_settings(CampaignSettings).campaign_arn),
        dispatch=LambdaDispatchCapacity(client("lambda"), alias_arn) if alias_arn else None,
        schedule=_capacity_schedule(function_arn),
        resting_rate=read_settings(RestingCapacitySettings).resting_transactions_per_second,
        clock=now,
    )


def _capacity_schedule(function_arn: str) -> SchedulerCapacitySchedule:
    settings = read_settings(CapacityScheduleSettings)
    return SchedulerCapacitySchedule(
        client("scheduler"),
        group_name=settings.schedule_group_name,
        role_arn=settings.schedule_role_arn,
        function_arn=function_arn,
    )
