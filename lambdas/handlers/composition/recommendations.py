"""The ladder of recommendations, which the functions that choose components share."""

import time

from domain.experiment import Experiment
from lambdas.adapters.aws import client, impatient_client
from lambdas.adapters.dynamo_budget import rate_budgets
from lambdas.adapters.dynamo_recommendations import DynamoRecommendationCache
from lambdas.adapters.personalize import PersonalizeRecommender
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.placement_keys import placement_keys
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import catalogue
from lambdas.logic.ladder import Ladder
from lambdas.logic.placement_finder import PlacementFinder
from lambdas.logic.placement_signature import PlacementSigner
from lambdas.logic.ports.recommendations import Recommender
from lambdas.logic.ports.telemetry import Telemetry
from lambdas.logic.shared_recommendations import SharedRecommendations
from lambdas.settings import (
    CampaignSettings,
    ConnectionSettings,
    ContextSettings,
    HoldoutSettings,
    RecommendationSettings,
    TrialSettings,
)


@Provider
def recommender() -> Recommender:
    """Build the client of the campaign."""
    campaign_arn = read_settings(CampaignSettings).campaign_arn
    columns = read_settings(ContextSettings).names
    return PersonalizeRecommender(lambda: impatient_client("personalize-runtime"), campaign_arn, columns)


def build_placement_finder(telemetry: Telemetry) -> PlacementFinder:
    """Build the placement finder; it reports to the function's own telemetry."""
    holdout = read_settings(HoldoutSettings)
    return PlacementFinder(
        ladder=build_ladder(telemetry),
        catalogue=catalogue(),
        signer=PlacementSigner(keys=placement_keys()),
        experiment=Experiment(
            season=holdout.experiment_season,
            holdout_share=holdout.experiment_holdout_share,
            trial_share=read_settings(TrialSettings).experiment_trial_share,
        ),
    )


def build_ladder(telemetry: Telemetry) -> Ladder:
    """Build the ladder; it reports to the function's own telemetry."""
    settings = read_settings(RecommendationSettings)
    table_name = read_settings(ConnectionSettings).connections_table_name
    budget, viewer_budget = rate_budgets(
        client("dynamodb"),
        table_name,
        campaign=read_settings(CampaignSettings).campaign_arn.rsplit("/", 1)[-1],
        limit=settings.campaign_transactions_per_second,
        per_viewer=settings.is_per_viewer,
    )
    return Ladder(
        recommender=recommender(),
        shared=SharedRecommendations(
            cache=DynamoRecommendationCache(client("dynamodb"), table_name),
            telemetry=telemetry,
            clock=now,
            sleep=time.sleep,
        ),
        budget=budget,
        viewer_budget=viewer_budget,
        catalogue=catalogue(),
        telemetry=telemetry,
        clock=now,
        sleep=time.sleep,
        per_viewer=settings.is_per_viewer,
    )
