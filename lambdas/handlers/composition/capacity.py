"""Collaborators of `schedule_kick_off` and `set_campaign_capacity`."""

from domain.capacity_window import Capacity
from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_capacity import DynamoCapacityWindows
from lambdas.adapters.function_capacity import LambdaDispatchCapacity
from lambdas.adapters.personalize import PersonalizeCampaign
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import match_store
from lambdas.logic.capacity_keeper import CapacityKeeper
from lambdas.logic.kick_off import KickOffPlanner
from lambdas.settings import CampaignSettings, CapacitySettings, ConnectionSettings


@Provider
def kick_off_planner() -> KickOffPlanner:
    """Build the planner of the times in which matches need capacity."""
    return KickOffPlanner(matches=match_store(), windows=_windows(), clock=now)


@Provider
def capacity_keeper() -> CapacityKeeper:
    """Build the keeper of the capacity."""
    settings = read_settings(CapacitySettings)
    alias_arn = settings.dispatch_alias_arn
    return CapacityKeeper(
        windows=_windows(),
        campaign=PersonalizeCampaign(client("personalize"), read_settings(CampaignSettings).campaign_arn),
        dispatch=LambdaDispatchCapacity(client("lambda"), alias_arn) if alias_arn else None,
        resting=Capacity(transactions_per_second=settings.resting_transactions_per_second),
        match=Capacity(
            transactions_per_second=settings.match_transactions_per_second,
            dispatch_environments=settings.match_dispatch_environments,
        ),
        most_environments=settings.max_dispatch_environments,
        clock=now,
    )


def _windows() -> DynamoCapacityWindows:
    return DynamoCapacityWindows(client("dynamodb"), read_settings(ConnectionSettings).connections_table_name)
