"""Collaborators of `interact` and `record_interactions`."""

from domain.experiment import Experiment
from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_component_ids import DynamoComponentIds
from lambdas.adapters.kinesis import KinesisInteractionStream
from lambdas.adapters.personalize import PersonalizeEventTracker
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import dead_letters, dispatch_ledger, sharded_connection_store
from lambdas.logic.interaction_intake import InteractionIntake
from lambdas.logic.interaction_recorder import InteractionRecorder
from lambdas.logic.ports.catalogue import ComponentIds
from lambdas.logic.ports.interactions import EventTracker
from lambdas.observability import TELEMETRY
from lambdas.settings import (
    ComponentSettings,
    EventTrackerSettings,
    HoldoutSettings,
    InteractionStreamSettings,
)


@Provider
def component_ids() -> ComponentIds:
    """Build the check for ids of components."""
    return DynamoComponentIds(
        client("dynamodb"),
        components_table=read_settings(ComponentSettings).components_table_name,
        clock=now,
    )


@Provider
def interaction_intake() -> InteractionIntake:
    """Build the intake of viewers' interactions."""
    holdout = read_settings(HoldoutSettings)
    return InteractionIntake(
        connections=sharded_connection_store(),
        ledger=dispatch_ledger(),
        interactions=KinesisInteractionStream(
            client("kinesis"), read_settings(InteractionStreamSettings).interactions_stream_name
        ),
        components=component_ids(),
        telemetry=TELEMETRY,
        clock=now,
        experiment=Experiment(
            season=holdout.experiment_season, holdout_share=holdout.experiment_holdout_share
        ),
    )


@Provider
def event_tracker() -> EventTracker:
    """Build the client of Personalize's event tracker."""
    return PersonalizeEventTracker(
        client("personalize-events"), read_settings(EventTrackerSettings).tracking_id
    )


@Provider
def interaction_recorder() -> InteractionRecorder:
    """Build the recorder of interactions in Personalize."""
    return InteractionRecorder(tracker=event_tracker(), dead_letters=dead_letters(), telemetry=TELEMETRY)
