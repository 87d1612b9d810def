"""The one place where the functions' collaborators are built: lazily, once per environment."""

import functools
import os
import time
from datetime import UTC, datetime

from domain.broadcast.sample import Sampling
from domain.experiment import Experiment
from lambdas.adapters.aws import client, impatient_client, patient_client
from lambdas.adapters.dynamo_catalogue import DynamoCatalogue, DynamoCatalogueStore, DynamoComponentIds
from lambdas.adapters.dynamo_connections import DynamoConnectionStore
from lambdas.adapters.dynamo_ledger import DynamoDispatchLedger
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.adapters.kinesis import KinesisInteractionStream, KinesisSignalStream
from lambdas.adapters.s3_files import S3Files
from lambdas.adapters.sqs import SqsAnnouncements, SqsDeadLetters, SqsDispatchQueue
from lambdas.logic.catalogue import CatalogueLoader
from lambdas.logic.context_builder import ContextBuilder
from lambdas.logic.dispatch import Dispatcher
from lambdas.logic.dispatch_log import BufferedTelemetry, DispatchLog
from lambdas.logic.dispatch_plan import DispatchPlanner
from lambdas.logic.feed import FeedIntake
from lambdas.logic.interaction_intake import InteractionIntake, InteractionRecorder
from lambdas.logic.ladder import Ladder
from lambdas.logic.media import MediaAnalysis
from lambdas.logic.observations import ObservationWriter
from lambdas.logic.placement_finder import PlacementFinder
from lambdas.logic.ports import Telemetry
from lambdas.logic.shared_recommendations import SharedRecommendations
from lambdas.logic.subscriptions import SubscribeService, SubscriptionUpdates
from lambdas.logic.transcripts import TranscriptReader
from lambdas.observability import TELEMETRY
from lambdas.settings import (
    AnalyseMediaSettings,
    BuildContextSettings,
    ConnectionSettings,
    DispatchComponentsSettings,
    FinishTranscriptionSettings,
    IngestFeedSettings,
    InteractSettings,
    LoadCatalogueSettings,
    PlanDispatchSettings,
    RecommendationSettings,
    RecordInteractionsSettings,
    SubscribeSettings,
    SubscriptionSettings,
    read_settings,
)


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@functools.cache
def dead_letters(queue_url: str) -> SqsDeadLetters:
    """The place of records that nobody can read."""
    return SqsDeadLetters(client("sqs"), queue_url, now)


@functools.cache
def feed_intake() -> FeedIntake:
    """For `ingest_feed`."""
    settings = read_settings(IngestFeedSettings)
    return FeedIntake(
        matches=DynamoMatchStore(client("dynamodb"), settings.matches_table_name, now),
        announcements=SqsAnnouncements(client("sqs"), settings.announcements_queue_url),
        signals=KinesisSignalStream(client("kinesis"), settings.signals_stream_name),
        dead_letters=dead_letters(settings.dead_letters_queue_url),
        telemetry=TELEMETRY,
        clock=now,
    )


@functools.cache
def context_builder() -> ContextBuilder:
    """For `build_context`."""
    settings = read_settings(BuildContextSettings)
    return ContextBuilder(
        matches=DynamoMatchStore(client("dynamodb"), settings.matches_table_name, now),
        telemetry=TELEMETRY,
        clock=now,
    )


@functools.cache
def dispatch_planner() -> DispatchPlanner:
    """For `plan_dispatch`."""
    settings = read_settings(PlanDispatchSettings)
    return DispatchPlanner(
        queue=SqsDispatchQueue(client("sqs"), settings.dispatch_queue_url),
        shards=settings.connection_shards,
        telemetry=TELEMETRY,
        clock=now,
    )


def placing(settings: RecommendationSettings, telemetry: Telemetry = TELEMETRY) -> PlacementFinder:
    """What every function that recommends shares: the ladder over the catalogue."""
    from lambdas.adapters.dynamo_budget import rate_budgets
    from lambdas.adapters.dynamo_recommendations import DynamoRecommendationCache
    from lambdas.adapters.personalize import PersonalizeRecommender

    table = client("dynamodb")
    budget, viewer_budget = rate_budgets(
        table,
        settings.connections_table_name,
        campaign=settings.campaign_arn.rsplit("/", 1)[-1],
        limit=settings.campaign_transactions_per_second,
        per_viewer=settings.is_per_viewer,
    )
    catalogue = DynamoCatalogue(
        table,
        components_table=settings.components_table_name,
        constraints_table=settings.constraints_table_name,
        clock=now,
    )
    ladder = Ladder(
        recommender=PersonalizeRecommender(
            lambda: impatient_client("personalize-runtime"), settings.campaign_arn
        ),
        sharing=SharedRecommendations(
            cache=DynamoRecommendationCache(table, settings.connections_table_name),
            telemetry=telemetry,
            clock=now,
            sleep=time.sleep,
        ),
        budget=budget,
        catalogue=catalogue,
        telemetry=telemetry,
        clock=now,
        sleep=time.sleep,
        viewer_budget=viewer_budget,
        per_viewer=settings.is_per_viewer,
    )
    experiment = Experiment(
        season=settings.experiment_season,
        holdout_share=settings.experiment_holdout_share,
        trial_share=settings.experiment_trial_share,
    )
    return PlacementFinder(ladder=ladder, catalogue=catalogue, experiment=experiment)


@functools.cache
def dispatcher() -> Dispatcher:
    """For `dispatch_components`."""
    from lambdas.adapters.crt_poster import CrtConnectionPoster
    from lambdas.adapters.dynamo_match_log import BestEffortMatchLog, DynamoMatchLog
    from lambdas.adapters.firehose import FirehoseDecisionLog

    settings = read_settings(DispatchComponentsSettings)
    table = client("dynamodb")
    telemetry = BufferedTelemetry(telemetry=TELEMETRY)
    return Dispatcher(
        matches=DynamoMatchStore(table, settings.matches_table_name, now),
        connections=DynamoConnectionStore(table, settings.connections_table_name),
        ledger=DynamoDispatchLedger(table, settings.connections_table_name, now),
        placing=placing(settings, telemetry),
        poster=CrtConnectionPoster(
            endpoint=settings.websocket_endpoint,
            region=os.environ["AWS_REGION"],
            concurrency=settings.post_concurrency,
        ),
        decisions=DispatchLog(
            decisions=FirehoseDecisionLog(
                lambda: client("firehose"), settings.decisions_stream_name, TELEMETRY
            ),
            match_log=BestEffortMatchLog(DynamoMatchLog(table, settings.night_table_name, now)),
            telemetry=telemetry,
            clock=now,
        ),
        telemetry=telemetry,
        clock=now,
    )


@functools.cache
def connections() -> DynamoConnectionStore:
    """For `connect` and `disconnect`."""
    settings = read_settings(ConnectionSettings)
    return DynamoConnectionStore(client("dynamodb"), settings.connections_table_name)


@functools.cache
def subscribing() -> SubscribeService:
    """For `subscribe`."""
    settings = read_settings(SubscribeSettings)
    table = client("dynamodb")
    return SubscribeService(
        connections=DynamoConnectionStore(
            table, settings.connections_table_name, shards=settings.connection_shards
        ),
        matches=DynamoMatchStore(table, settings.matches_table_name, now),
        placing=placing(settings),
        telemetry=TELEMETRY,
        clock=now,
    )


@functools.cache
def following() -> SubscriptionUpdates:
    """For `unsubscribe` and `sync`."""
    settings = read_settings(SubscriptionSettings)
    return SubscriptionUpdates(
        connections=DynamoConnectionStore(
            client("dynamodb"), settings.connections_table_name, shards=settings.connection_shards
        )
    )


@functools.cache
def interacting() -> InteractionIntake:
    """For `interact`."""
    settings = read_settings(InteractSettings)
    table = client("dynamodb")
    return InteractionIntake(
        connections=DynamoConnectionStore(
            table, settings.connections_table_name, shards=settings.connection_shards
        ),
        ledger=DynamoDispatchLedger(table, settings.connections_table_name, now),
        interactions=KinesisInteractionStream(client("kinesis"), settings.interactions_stream_name),
        components=DynamoComponentIds(table, components_table=settings.components_table_name, clock=now),
        telemetry=TELEMETRY,
        clock=now,
        experiment=Experiment(
            season=settings.experiment_season, holdout_share=settings.experiment_holdout_share
        ),
    )


@functools.cache
def interaction_recorder() -> InteractionRecorder:
    """For `record_interactions`."""
    from lambdas.adapters.personalize import PersonalizeEventTracker

    settings = read_settings(RecordInteractionsSettings)
    return InteractionRecorder(
        tracker=PersonalizeEventTracker(client("personalize-events"), settings.tracking_id),
        dead_letters=dead_letters(settings.dead_letters_queue_url),
        telemetry=TELEMETRY,
    )


@functools.cache
def catalogue_loader() -> CatalogueLoader:
    """For `load_catalogue`."""
    settings = read_settings(LoadCatalogueSettings)
    return CatalogueLoader(
        files=S3Files(client("s3"), settings.curated_bucket_name),
        store=DynamoCatalogueStore(
            client("dynamodb"),
            components_table=settings.components_table_name,
            constraints_table=settings.constraints_table_name,
        ),
        dead_letters=dead_letters(settings.dead_letters_queue_url),
        telemetry=TELEMETRY,
    )


@functools.cache
def media_analysis() -> MediaAnalysis:
    """For `analyse_media`."""
    from lambdas.adapters.analysers.people import PeopleAnalyser
    from lambdas.adapters.analysers.scene import SceneAnalyser
    from lambdas.adapters.analysers.scoreboard import ScoreboardAnalyser
    from lambdas.adapters.analysers.speech import SpeechAnalyser

    settings = read_settings(AnalyseMediaSettings)
    picture = patient_client("rekognition")
    return MediaAnalysis(
        analysers=[
            ScoreboardAnalyser(picture, every_seconds=settings.scoreboard_every_seconds),
            SceneAnalyser(picture, every_seconds=settings.scene_every_seconds),
            PeopleAnalyser(picture, every_seconds=settings.people_every_seconds),
            SpeechAnalyser(
                patient_client("transcribe"),
                every_seconds=settings.speech_every_seconds,
                language=settings.speech_language,
            ),
        ],
        sampling=sampling(settings),
        observations=observation_writer(settings),
        dead_letters=dead_letters(settings.dead_letters_queue_url),
        telemetry=TELEMETRY,
    )


@functools.cache
def transcript_reading() -> TranscriptReader:
    """For `finish_transcription`."""
    from lambdas.adapters.transcribe_jobs import TranscribeJobs

    settings = read_settings(FinishTranscriptionSettings)
    return TranscriptReader(
        transcriptions=TranscribeJobs(patient_client("transcribe"), client("s3")),
        sampling=sampling(settings),
        observations=observation_writer(settings),
        dead_letters=dead_letters(settings.dead_letters_queue_url),
        telemetry=TELEMETRY,
    )


def sampling(settings: FinishTranscriptionSettings) -> Sampling:
    """How the channel samples the broadcast."""
    return Sampling(
        frame_interval_seconds=settings.frame_interval_seconds,
        audio_segment_seconds=settings.audio_segment_seconds,
    )


def observation_writer(settings: FinishTranscriptionSettings) -> ObservationWriter:
    """What every function that observes the broadcast writes with."""
    return ObservationWriter(
        signals=KinesisSignalStream(client("kinesis"), settings.signals_stream_name),
        telemetry=TELEMETRY,
        clock=now,
    )
