"""Collaborators of `interact`, `accept_interactions` and `record_interactions`."""

import time

from domain.experiment import Experiment
from domain.impression_sample import ImpressionSample
from domain.interaction import MAX_INTERACTIONS, MAX_INTERACTIONS_OF_REQUEST
from domain.interaction_rate import InteractionRate
from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_budget import event_budgets
from lambdas.adapters.dynamo_component_ids import DynamoComponentIds
from lambdas.adapters.kinesis import KinesisInteractionStream
from lambdas.adapters.personalize import PersonalizeEventTracker
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.placement_keys import placement_keys
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import (
    audience_store,
    catalogue,
    dead_letters,
    dispatch_ledger,
    match_store,
    sharded_connection_store,
)
from lambdas.logic.event_rate import EventRate
from lambdas.logic.interaction_intake import InteractionIntake
from lambdas.logic.interaction_recorder import InteractionRecorder
from lambdas.logic.placement_signature import PlacementVerifier
from lambdas.logic.ports.catalogue import ComponentIds
from lambdas.logic.ports.interactions import EventTracker
from lambdas.logic.presence import ChannelPresence, Presence, SubscribedPresence
from lambdas.observability import TELEMETRY
from lambdas.settings import (
    ComponentSettings,
    ConnectionSettings,
    ContextSettings,
    EventTrackerSettings,
    HoldoutSettings,
    ImpressionSettings,
    InteractionRateSettings,
    InteractionStreamSettings,
    NamedViewerSettings,
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
    """Build the intake of interactions that come over sockets."""
    return _intake(SubscribedPresence(), ImpressionSample(), MAX_INTERACTIONS)


@Provider
def channel_interaction_intake() -> InteractionIntake:
    """Build the intake of interactions that come over HTTPS, from viewers who are told on channels."""
    presence = ChannelPresence(
        connections=sharded_connection_store(),
        matches=match_store(),
        catalogue=catalogue(),
        audiences=audience_store(),
        experiment=_experiment(),
        telemetry=TELEMETRY,
        named_viewers=read_settings(NamedViewerSettings).named_viewers,
    )
    sample = ImpressionSample(share=read_settings(ImpressionSettings).impression_share)
    return _intake(presence, sample, MAX_INTERACTIONS_OF_REQUEST)


def _experiment() -> Experiment:
    holdout = read_settings(HoldoutSettings)
    return Experiment(season=holdout.experiment_season, holdout_share=holdout.experiment_holdout_share)


def _intake(presence: Presence, sample: ImpressionSample, max_interactions: int) -> InteractionIntake:
    experiment = _experiment()
    return InteractionIntake(
        connections=sharded_connection_store(),
        ledger=dispatch_ledger(),
        interactions=KinesisInteractionStream(
            client("kinesis"), read_settings(InteractionStreamSettings).interactions_stream_name
        ),
        components=component_ids(),
        verifier=PlacementVerifier(keys=placement_keys(), experiment=experiment),
        telemetry=TELEMETRY,
        clock=now,
        rate=InteractionRate(per_second=read_settings(InteractionRateSettings).interactions_per_second),
        presence=presence,
        experiment=experiment,
        sample=sample,
        max_interactions=max_interactions,
    )


@Provider
def event_tracker() -> EventTracker:
    """Build the client of Personalize's event tracker."""
    return PersonalizeEventTracker(
        client("personalize-events"),
        read_settings(EventTrackerSettings).tracking_id,
        read_settings(ContextSettings).names,
    )


@Provider
def event_rate() -> EventRate:
    """Build the shared rate of calls of the event tracker."""
    choices, impressions = event_budgets(
        client("dynamodb"),
        read_settings(ConnectionSettings).connections_table_name,
        per_second=read_settings(EventTrackerSettings).event_calls_per_second,
    )
    return EventRate(choices=choices, impressions=impressions, clock=now, sleep=time.sleep)


@Provider
def interaction_recorder() -> InteractionRecorder:
    """Build the recorder of interactions in Personalize."""
    return InteractionRecorder(
        tracker=event_tracker(), dead_letters=dead_letters(), telemetry=TELEMETRY, rate=event_rate()
    )
