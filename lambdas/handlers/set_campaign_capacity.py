"""Kick-off automation: the campaign is warmed before a match and stands down after it."""

from typing import Any

from lambdas.adapters.aws import client
from lambdas.adapters.capacity_schedule import SchedulerCapacitySchedule
from lambdas.adapters.personalize import PersonalizeCampaign
from lambdas.handlers.composition import now
from lambdas.logic.kick_off import CapacityKeeper
from lambdas.observability import TELEMETRY, observed
from lambdas.settings import SetCampaignCapacitySettings, read_settings


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Set the minimum provisioned transactions per second that the schedule asks for."""
    wanted = _keeper(context.invoked_function_arn).change(event)
    TELEMETRY.info("campaign capacity set", minimum_transactions_per_second=wanted)
    return {"minimum_transactions_per_second": wanted}


def _keeper(own_arn: str) -> CapacityKeeper:
    """A stack cannot tell a function its own name, so the stand-down is sent to whom this was sent to."""
    settings = read_settings(SetCampaignCapacitySettings)
    return CapacityKeeper(
        campaign=PersonalizeCampaign(client("personalize"), settings.campaign_arn),
        schedule=SchedulerCapacitySchedule(
            client("scheduler"),
            group_name=settings.schedule_group_name,
            role_arn=settings.schedule_role_arn,
            function_arn=own_arn,
        ),
        resting_rate=settings.resting_transactions_per_second,
        clock=now,
    )
