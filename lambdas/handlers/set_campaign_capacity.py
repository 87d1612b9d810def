"""Kick-off automation: the campaign is warmed before a match and stands down after it."""

from typing import Any

from lambdas.adapters.aws import client
from lambdas.adapters.personalize import PersonalizeCampaign
from lambdas.logic.kick_off import capacity_wanted
from lambdas.observability import TELEMETRY, observed
from lambdas.settings import SetCampaignCapacitySettings, read_settings


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Set the minimum provisioned transactions per second that the schedule asks for."""
    wanted = capacity_wanted(event)
    settings = read_settings(SetCampaignCapacitySettings)
    PersonalizeCampaign(client("personalize"), settings.campaign_arn).provision(wanted)
    TELEMETRY.tell("campaign capacity set", minimum_transactions_per_second=wanted)
    return {"minimum_transactions_per_second": wanted}
