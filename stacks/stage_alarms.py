"""What every alarm of a stage watches, and when it is raised; docs/operate.md says what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from domain.metrics import CROWD_SOURCE_SERVICE, Metric
from stacks.analytics_stack import AnalyticsStack
from stacks.config import StageConfig
from stacks.constructs.alarms import Alarms
from stacks.constructs.control_room import ControlRoom
from stacks.constructs.kick_off import KickOff
from stacks.constructs.training_notices import TrainingNotices
from stacks.delivery_stack import DeliveryStack
from stacks.metrics import FIVE_MINUTES, MINUTE, StageMetrics, detector_metric

DAY = Duration.days(1)
MAX_ITERATOR_AGE_SECONDS = 30
MAX_MOMENT_AGE_SECONDS = 60
MAX_TASK_AGE_SECONDS = 120
MAX_UNHURRIED_AGE_SECONDS = 600
MAX_DEGRADED_PERCENT = 50
MAX_THROTTLED_POSTS = 100
"""In five minutes: a few are ordinary when the quota is used up."""
MAX_FAILED_MESSAGES = 10
"""In five minutes: the app repeats a request that failed, and a few are ordinary."""
MAX_REFUSED_INTERACTIONS = 500
"""In five minutes: an app whose placements are a day old, or whose impression was lost, makes a few."""
CAPACITY_MINUTES = 20
"""A change takes five to ten minutes, and may have to wait for another one: a match begins after thirty."""
CROWD_SILENT_MINUTES = 10
SAMPLED_PERIODS = 3
"""Each analyser works in every one of them while a match is on; a throttled call now and then is ordinary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAlarms:
    """Adds the alarms of one stage, each subject by itself."""

    alarms: Alarms
    metrics: StageMetrics

    def watch_dead_letters(self, queues: Mapping[str, sqs.IQueue]) -> None:
        """Watch for dead-letter queues that are not empty."""
        for name, queue in queues.items():
            self.alarms.watch(
                f"{name}NotEmpty",
                queue.metric_approximate_number_of_messages_visible(period=MINUTE, statistic="Maximum"),
                above=0,
                description=f"{name}: the dead-letter queue {queue.queue_name} is not empty",
            )

    def watch_queues(self, analytics: AnalyticsStack, delivery: DeliveryStack) -> None:
        """Watch the age of the oldest message of each queue that a function reads."""
        for name, work, seconds in (
            ("Moments", delivery.pipeline.moments, MAX_MOMENT_AGE_SECONDS),
            ("Dispatch", delivery.pipeline.dispatch, MAX_TASK_AGE_SECONDS),
            ("Announcements", analytics.announcements, MAX_UNHURRIED_AGE_SECONDS),
            ("Preparation", delivery.preparation.tasks, MAX_UNHURRIED_AGE_SECONDS),
        ):
            self.alarms.watch(
                f"{name}QueueBehind",
                work.queue.metric_approximate_age_of_oldest_message(period=MINUTE, statistic="Maximum"),
                above=seconds,
                periods=2,
                description=f"{name}: a message has waited for more than {seconds} seconds",
            )

    def watch_streams(self, streams: Mapping[str, kinesis.IStream], plan_dispatch: lambda_.IFunction) -> None:
        """Watch how far the readers of the streams are behind."""
        ages: dict[str, cloudwatch.IMetric] = {
            name: stream.metric_get_records_iterator_age_milliseconds(period=MINUTE, statistic="Maximum")
            for name, stream in streams.items()
        }
        ages["ContextChanges"] = plan_dispatch.metric("IteratorAge", period=MINUTE, statistic="Maximum")
        for name, age in ages.items():
            self.alarms.watch(
                f"{name}Behind",
                age,
                above=1000 * MAX_ITERATOR_AGE_SECONDS,
                periods=3,
                description=f"{name}: a reader is more than {MAX_ITERATOR_AGE_SECONDS} seconds behind",
            )

    def watch_dispatch(self, delivery: DeliveryStack) -> None:
        """Watch the way of a version to the screens."""
        pipeline = delivery.pipeline
        for name, function, meaning in (
            ("BuildContext", pipeline.build_context, "Moments do not reach the context"),
            (
                "PlanDispatch",
                pipeline.plan_dispatch,
                "versions that build_context could not plan are not dispatched",
            ),
            ("Dispatch", pipeline.dispatch_components, "viewers get no new components"),
        ):
            self._watch_errors(name, function, meaning)
        self.alarms.watch(
            "DispatchesExpired",
            self._of(Metric.DISPATCHES_EXPIRED, "dispatch_components"),
            above=0,
            description="A version was too old when its turn came",
        )
        self.alarms.watch(
            "RecommenderDegraded",
            self.metrics.degraded_share(),
            above=MAX_DEGRADED_PERCENT,
            description="Most viewers are served from a rung below the recommender",
        )
        self.alarms.watch(
            "ComponentsLeftOut",
            self.metrics.shared(Metric.COMPONENTS_LEFT_OUT),
            above=0,
            description="A component is too large: messages are sent without it",
        )
        self._watch_errors("Catalogue", delivery.load_catalogue, "the catalogue is not published")
        self.alarms.watch(
            "CatalogueStale",
            self.metrics.shared(Metric.CATALOGUE_STALE),
            above=0,
            description="The tables of the catalogue cannot be read: what is known is used for five minutes",
        )
        self._watch_errors(
            "PrepareScreens", delivery.preparation.function, "calm screens are ranked for cohorts or less"
        )

    def watch_posts(self) -> None:
        """Watch the posts to viewers' connections."""
        for name, metric, minutes, meaning in (
            ("PostsFailed", Metric.FAILED, 1, "Posts to viewers failed despite retries"),
            # A task that waits for the account's rate ends and continues about once a minute.
            ("PostsOwed", Metric.POSTS_OWED, 2, "Viewers wait for a version for more than a minute"),
        ):
            self.alarms.watch(
                name,
                self._of(metric, "dispatch_components"),
                above=0,
                periods=minutes,
                description=meaning,
            )
        self.alarms.watch(
            "PostsThrottled",
            self._of(Metric.POSTS_THROTTLED, "dispatch_components").with_(period=FIVE_MINUTES),
            above=MAX_THROTTLED_POSTS,
            description="API Gateway throttles posts, which are paced below the account's quota",
        )

    def watch_control_room(self, room: ControlRoom) -> None:
        """Watch the functions that keep the control room up to date."""
        self._watch_errors("RecordNight", room.record_night, "the match log lacks Moments or posts")
        self._watch_errors("TellOperators", room.tell_operators, "operators' pages are not up to date")

    def watch_socket(self, delivery: DeliveryStack) -> None:
        """Watch the requests of viewers' apps."""
        self.alarms.watch(
            "AuthorizationsFailed",
            self._of(Metric.AUTHORIZATIONS_FAILED, "authorize_connection"),
            above=0,
            description="The token issuer's keys cannot be read: nobody can connect",
        )
        self.alarms.watch(
            "MessagesFailed",
            self.metrics.shared(Metric.MESSAGES_FAILED).with_(period=FIVE_MINUTES),
            above=MAX_FAILED_MESSAGES,
            description="Requests of apps fail with the error INTERNAL",
        )
        self.alarms.watch(
            "PlacementKeysUnreadable",
            self.metrics.shared(Metric.PLACEMENT_KEYS_UNREADABLE).with_(period=FIVE_MINUTES),
            above=0,
            description="The key of placements cannot be read: what viewers do is not recorded",
        )
        self._watch_errors(
            "PlacementKeyRotation", delivery.placement_key.rotate, "the key of placements stays as it is"
        )
        for name in ("IntegrationError", "ExecutionError"):
            self.alarms.watch(
                f"Socket{name}s",
                delivery.socket.stage.metric(name, period=FIVE_MINUTES, statistic="Sum"),
                above=MAX_FAILED_MESSAGES,
                description=f"WebSocket API, {name}: the functions of the routes fail or cannot be called",
            )

    def watch_losses(self) -> None:
        """Watch for records that are written best effort, where viewers or providers must not wait."""
        for name, metric, service, lost in (
            ("DecisionsLost", Metric.DECISIONS_LOST, "dispatch_components", "what viewers were shown"),
            ("MatchLogEntriesLost", Metric.MATCH_LOG_ENTRIES_LOST, "dispatch_components", "the match log"),
            ("DeadLettersLost", Metric.DEAD_LETTERS_LOST, "ingest_feed", "refused entries of a feed"),
        ):
            self.alarms.watch(
                name, self._of(metric, service), above=0, description=f"Records were not stored: {lost}"
            )

    def watch_interactions(self, delivery: DeliveryStack) -> None:
        """Watch what is sent to the recommender."""
        self._watch_errors(
            "RecordInteractions",
            delivery.record_interactions,
            "the recommender does not learn of interactions",
        )
        self.alarms.watch(
            "EventsRefused",
            self._of(Metric.EVENTS_REFUSED, "record_interactions"),
            above=0,
            description="Personalize refuses PutEvents: interactions wait in the stream",
        )
        self.alarms.watch(
            "InteractionsRefused",
            self._of(Metric.INTERACTIONS_REFUSED, delivery.interaction_service).with_(period=FIVE_MINUTES),
            above=MAX_REFUSED_INTERACTIONS,
            description="Viewers report what they were not shown, or too much: an app's fault, or fraud",
        )

    def watch_rows(self) -> None:
        """Watch for rows that this version of the code cannot read."""
        self.alarms.watch(
            "StoredRowsUnreadable",
            self.metrics.shared(Metric.STORED_ROWS_UNREADABLE),
            above=0,
            description="A row of our own tables cannot be read: its records are tried again until it can be",
        )

    def watch_inputs(self, analytics: AnalyticsStack, config: StageConfig) -> None:
        """Watch the feed endpoint, the crowd source and the live-stream analyser."""
        sampled = Duration.minutes(ceil(config.media.longest_pause_seconds / 60))
        self.alarms.watch(
            "FeedErrors",
            analytics.feed.stage.metric_server_error(period=MINUTE, statistic="Sum"),
            above=0,
            description="The feed endpoint answers providers with 5xx",
        )
        self.alarms.watch_heartbeat(
            "CrowdSourceSilent",
            self._of(Metric.CROWD_SOURCE_HEALTHY, CROWD_SOURCE_SERVICE),
            periods=CROWD_SILENT_MINUTES,
            notify=True,
            description="The crowd source hears nothing from its network, or does not run",
        )
        for name, function in {
            "AnalyseMedia": analytics.media.analyse_media,
            "FinishTranscription": analytics.media.finish_transcription,
        }.items():
            self._watch_errors(
                name, function, "Moments carry no media time", period=sampled, periods=SAMPLED_PERIODS
            )
        self.alarms.watch(
            "AnalyserRefused",
            self._of(Metric.ANALYSER_REFUSED, "analyse_media").with_(period=sampled),
            above=0,
            periods=SAMPLED_PERIODS,
            description="Rekognition or Transcribe refuses an analyser; the other analysers continue",
        )

    def watch_detector(self, analytics: AnalyticsStack, config: StageConfig) -> None:
        """Watch the Flink application."""
        self.alarms.watch(
            "DetectorDown",
            detector_metric(analytics.application.name, "downtime"),
            above=0,
            description="The Flink application is restarting: no Moment is detected",
        )
        # An application that does not run emits no metric at all.
        self.alarms.watch_heartbeat(
            "DetectorStopped",
            detector_metric(analytics.application.name, "uptime"),
            periods=5,
            notify=config.flink.alarm_when_stopped,
            description="The Flink application does not run: no Moment is detected",
        )

    def watch_capacity(self, kick_off: KickOff) -> None:
        """Watch the capacity of the campaign and of the dispatch, and its planning."""
        self._watch_errors(
            "ScheduleKickOff", kick_off.planner, "no capacity is planned for an announced match"
        )
        self._watch_errors(
            "CapacityChange", kick_off.function, "the capacity is not compared with the matches"
        )
        self.alarms.watch_heartbeat(
            "CapacityNotReached",
            self._of(Metric.CAPACITY_REACHED, "set_campaign_capacity"),
            periods=CAPACITY_MINUTES,
            notify=True,
            description="The campaign or the dispatch has not the capacity that the current matches need",
        )
        self.alarms.watch(
            "CapacityChangeDropped",
            kick_off.group.metric_dropped(period=MINUTE, statistic="Sum"),
            above=0,
            description="A capacity that an operator scheduled was given up",
        )

    def watch_training(self, notices: TrainingNotices, days: int) -> None:
        """Watch for a number of days without a published training."""
        self.alarms.watch_heartbeat(
            "TrainingNotPublished",
            notices.published_metric(DAY),
            periods=days,
            notify=True,
            description=f"No training was published in {days} days: recommendations grow old",
        )

    def _watch_errors(
        self,
        name: str,
        function: lambda_.IFunction,
        meaning: str,
        *,
        period: Duration = MINUTE,
        periods: int = 1,
    ) -> None:
        """Watch the errors of a function; a batch is one only if nothing of it could be done."""
        self.alarms.watch(
            f"{name}Errors",
            function.metric_errors(period=period),
            above=0,
            periods=periods,
            description=f"{name} fails: {meaning}",
        )

    def _of(self, metric: Metric, service: str) -> cloudwatch.Metric:
        return self.metrics.of(metric, service)
