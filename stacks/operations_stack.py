"""OperationsStack: dashboard, alarms, kick-off automation and the budget."""

from collections.abc import Mapping

from aws_cdk import CfnOutput
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from domain.metrics import Metric
from stacks.analytics_stack import AnalyticsStack
from stacks.config import StageConfig
from stacks.constructs.alarms import Alarms
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.function_code import FunctionCode
from stacks.constructs.kick_off import KickOff
from stacks.constructs.match_dashboard import MatchDashboard
from stacks.constructs.spending import Spending
from stacks.data_stack import DataStack
from stacks.delivery_stack import DeliveryStack
from stacks.function_factory import FunctionFactory
from stacks.metrics import MINUTE, degraded_share, detector_metric, own_metric, unreadable_rows
from stacks.stage_inputs import StageInputs
from stacks.touchline_stack import TouchlineStack

MAX_ITERATOR_AGE_SECONDS = 30
MAX_DEGRADED_PERCENT = 50


class OperationsStack(TouchlineStack):
    """Notifies one topic of every alarm and of the budget."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageInputs,
        data: DataStack,
        analytics: AnalyticsStack,
        delivery: DeliveryStack,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            config=stage.config,
            part="operations",
            description="dashboard, alarms, kick-off automation and budget",
        )
        notices = EncryptedTopic(
            self, "Notices", services=("cloudwatch.amazonaws.com", "budgets.amazonaws.com")
        )
        if stage.config.alarm_email:
            notices.topic.add_subscription(subscriptions.EmailSubscription(stage.config.alarm_email))
        kick_off = KickOff(
            self,
            "KickOff",
            functions=FunctionFactory(code=FunctionCode(self, "Code", stage=stage), data=data),
            announcements=analytics.announcements.queue,
        )
        dead_letters = {
            "DeadLetters": data.dead_letters,
            "MomentsDeadLetters": delivery.pipeline.moments.dead_letters,
            "MomentsSubscriptionDeadLetters": delivery.pipeline.moments_subscription_dead_letters,
            "ContextChangesDeadLetters": delivery.pipeline.context_changes_dead_letters,
            "DispatchDeadLetters": delivery.pipeline.dispatch.dead_letters,
            "PreparationDeadLetters": delivery.preparation.tasks.dead_letters,
            "InteractionsDeadLetters": delivery.interactions_dead_letters,
            "OperatorFeedDeadLetters": delivery.control_room.operator_feed_dead_letters,
            "CatalogueDeadLetters": delivery.catalogue_trigger.dead_letters,
            "PopularityDeadLetters": delivery.popularity_trigger.dead_letters,
            "AnnouncementsDeadLetters": analytics.announcements.dead_letters,
            "MediaDeadLetters": analytics.media.sample_trigger.dead_letters,
        }
        streams = {"Signals": data.signals, "Interactions": data.interactions}
        alarms = Alarms(self, "Alarms", topic=notices.topic)
        alarms.watch_dead_letters(dead_letters)
        self._watch_streams(alarms, streams)
        self._watch_dispatch(alarms, delivery)
        self._watch_rows(alarms)
        self._watch_media(alarms, analytics)
        self._watch_detector(alarms, analytics, stage.config)
        MatchDashboard(
            self,
            "Dashboard",
            streams=streams,
            dead_letters=dead_letters,
            detector=analytics.application.name,
            alarms=alarms.all,
        )
        Spending(self, "Spending", config=stage.config, topic=notices.topic)
        CfnOutput(self, "KickOffScheduleGroupName", value=kick_off.group.schedule_group_name)
        CfnOutput(self, "KickOffRoleArn", value=kick_off.role.role_arn)
        CfnOutput(self, "SetCampaignCapacityArn", value=kick_off.function.function_arn)
        CfnOutput(self, "NoticesTopicArn", value=notices.topic.topic_arn)

    def _watch_streams(self, alarms: Alarms, streams: Mapping[str, kinesis.IStream]) -> None:
        for name, stream in streams.items():
            alarms.watch(
                f"{name}Behind",
                stream.metric_get_records_iterator_age_milliseconds(period=MINUTE, statistic="Maximum"),
                above=1000 * MAX_ITERATOR_AGE_SECONDS,
                periods=3,
                description=f"{name}: a consumer is more than {MAX_ITERATOR_AGE_SECONDS} seconds behind",
            )

    def _watch_dispatch(self, alarms: Alarms, delivery: DeliveryStack) -> None:
        alarms.watch(
            "DispatchErrors",
            delivery.pipeline.dispatch_components.metric_errors(period=MINUTE),
            above=0,
            periods=3,
            description="dispatch_components fails: viewers get no new components",
        )
        alarms.watch(
            "RecommenderDegraded",
            degraded_share(),
            above=MAX_DEGRADED_PERCENT,
            periods=5,
            description="Most viewers are served from a rung below the recommender",
        )

    def _watch_rows(self, alarms: Alarms) -> None:
        alarms.watch(
            "StoredRowsUnreadable",
            unreadable_rows(),
            above=0,
            description="A row of our own tables cannot be read: its records are tried again until it can be",
        )

    def _watch_media(self, alarms: Alarms, analytics: AnalyticsStack) -> None:
        for name, function in {
            "AnalyseMedia": analytics.media.analyse_media,
            "FinishTranscription": analytics.media.finish_transcription,
        }.items():
            alarms.watch(
                f"{name}Errors",
                function.metric_errors(period=MINUTE),
                above=0,
                periods=3,
                description=f"{name} fails: Moments carry no media time",
            )
        alarms.watch(
            "AnalyserRefused",
            own_metric(Metric.ANALYSER_REFUSED, "analyse_media"),
            above=0,
            periods=5,
            description="Rekognition or Transcribe refuses an analyser; the other analysers continue",
        )

    def _watch_detector(self, alarms: Alarms, analytics: AnalyticsStack, config: StageConfig) -> None:
        alarms.watch(
            "DetectorDown",
            detector_metric(analytics.application.name, "downtime"),
            above=0,
            description="The Flink application is restarting: no Moment is detected",
        )
        # An application that does not run emits no metric at all.
        alarms.watch_heartbeat(
            "DetectorStopped",
            detector_metric(analytics.application.name, "uptime"),
            periods=5,
            notify=config.flink.alarm_when_stopped,
            description="The Flink application does not run: no Moment is detected",
        )
