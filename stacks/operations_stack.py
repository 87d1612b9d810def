"""OperationsStack: what watches the system, and what prepares it for a match."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from domain.metrics import Metric
from stacks.analytics_stack import AnalyticsStack
from stacks.artifacts import Artifacts
from stacks.config import StageConfig
from stacks.constructs.alarms import Alarms
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.function import FunctionCode
from stacks.constructs.kick_off import KickOff
from stacks.constructs.match_dashboard import MatchDashboard
from stacks.constructs.spending import Spending
from stacks.data_stack import DataStack
from stacks.delivery_stack import DeliveryStack
from stacks.metrics import MINUTE, degraded_share, detector_metric, own_metric

BEHIND_MILLISECONDS = 30_000


class OperationsStack(Stack):
    """Dashboard, alarms, kick-off automation and the budget."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        stack_name: str,
        artifacts: Artifacts,
        data: DataStack,
        analytics: AnalyticsStack,
        delivery: DeliveryStack,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=stack_name,
            description="Touchline: what watches the system, and what prepares it for a match",
        )
        notices = EncryptedTopic(
            self, "Notices", services=("cloudwatch.amazonaws.com", "budgets.amazonaws.com")
        )
        if config.alarm_email:
            notices.topic.add_subscription(subscriptions.EmailSubscription(config.alarm_email))
        kick_off = KickOff(
            self,
            "KickOff",
            config=config,
            code=FunctionCode(self, "Code", config=config, artifacts=artifacts),
            data=data,
            announcements=analytics.announcements.queue,
        )
        dead_letters = {
            "DeadLetters": data.dead_letters,
            "MomentsDeadLetters": delivery.pipeline.moments.dead_letters,
            "UndeliveredMoments": delivery.pipeline.undelivered_moments,
            "RefusedChanges": delivery.pipeline.refused_changes,
            "DispatchDeadLetters": delivery.pipeline.dispatch.dead_letters,
            "RefusedInteractions": delivery.refused_interactions,
            "UntoldOperators": delivery.control_room.untold,
            "UndeliveredCatalogue": delivery.catalogue_arrived.dead_letters,
            "UndeliveredPopularity": delivery.popularity_arrived.dead_letters,
            "RefusedMatches": analytics.announcements.dead_letters,
            "UndeliveredMedia": analytics.media.arrived.dead_letters,
        }
        streams = {"Signals": data.signals, "Interactions": data.interactions}
        alarms = Alarms(self, "Alarms", topic=notices.topic)
        alarms.watch_dead_letters(dead_letters)
        for name, stream in streams.items():
            alarms.watch(
                f"{name}Behind",
                stream.metric_get_records_iterator_age_milliseconds(period=MINUTE, statistic="Maximum"),
                above=BEHIND_MILLISECONDS,
                periods=3,
                description=f"{name}: its readers are more than half a minute behind",
            )
        alarms.watch(
            "DispatchErrors",
            delivery.pipeline.dispatch_components.metric_errors(period=MINUTE),
            above=0,
            periods=3,
            description="dispatch_components fails: viewers keep what they see",
        )
        alarms.watch(
            "RecommenderDegraded",
            degraded_share(),
            above=50,
            periods=5,
            description="Most placements come from below the recommender",
        )
        for name, function in {
            "AnalyseMedia": analytics.media.analyse_media,
            "FinishTranscription": analytics.media.finish_transcription,
        }.items():
            alarms.watch(
                f"{name}Errors",
                function.metric_errors(period=MINUTE),
                above=0,
                periods=3,
                description=f"{name} fails: moments come without their place in the programme",
            )
        alarms.watch(
            "AnalyserRefused",
            own_metric(Metric.ANALYSER_REFUSED, "analyse_media"),
            above=0,
            periods=5,
            description="Rekognition or Transcribe does not serve an analyser: the others go on without it",
        )
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
        MatchDashboard(
            self,
            "Dashboard",
            streams=streams,
            dead_letters=dead_letters,
            detector=analytics.application.name,
            alarms=alarms.all,
        )
        Spending(self, "Spending", config=config, topic=notices.topic)
        CfnOutput(self, "KickOffScheduleGroupName", value=kick_off.group.schedule_group_name)
        CfnOutput(self, "KickOffRoleArn", value=kick_off.role.role_arn)
        CfnOutput(self, "SetCampaignCapacityArn", value=kick_off.function.function_arn)
        CfnOutput(self, "NoticesTopicArn", value=notices.topic.topic_arn)
