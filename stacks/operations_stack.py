"""OperationsStack: dashboard, alarms, kick-off automation and the budget."""

from aws_cdk import CfnOutput
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.analytics_stack import AnalyticsStack
from stacks.audience_alarms import AudienceAlarms
from stacks.constructs.alarms import Alarms
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.function_code import FunctionCode
from stacks.constructs.kick_off import KickOff
from stacks.constructs.match_dashboard import MatchDashboard
from stacks.constructs.spending import Spending
from stacks.data_stack import DataStack
from stacks.dead_letters import dead_letter_queues
from stacks.delivery_stack import DeliveryStack
from stacks.function_factory import FunctionFactory
from stacks.metrics import StageMetrics
from stacks.stage_alarms import StageAlarms
from stacks.stage_inputs import StageInputs
from stacks.touchline_stack import TouchlineStack
from stacks.training_stack import TrainingStack


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
        training: TrainingStack,
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
            dispatch=delivery.pipeline.dispatch_components,
        )
        dead_letters = {
            **dead_letter_queues(data, analytics, delivery),
            "CapacityDeadLetters": kick_off.dead_letters,
        }
        streams = {"Signals": data.signals, "Interactions": data.interactions}
        metrics = StageMetrics(stage=stage.config.name)
        alarms = Alarms(self, "Alarms", topic=notices.topic)
        watching = StageAlarms(alarms=alarms, metrics=metrics)
        watching.watch_dead_letters(dead_letters)
        watching.watch_queues(analytics, delivery)
        watching.watch_streams(streams, delivery.pipeline.plan_dispatch)
        watching.watch_dispatch(delivery)
        if delivery.audiences and delivery.viewer_functions:
            audience_alarms = AudienceAlarms(alarms=alarms, metrics=metrics)
            audience_alarms.watch_publishes()
            audience_alarms.watch_channels(delivery.audiences)
            audience_alarms.watch_viewers(delivery.viewer_functions)
            audience_alarms.watch_limits()
        else:
            watching.watch_posts()
        watching.watch_socket(delivery)
        watching.watch_control_room(delivery.control_room)
        watching.watch_interactions(delivery)
        watching.watch_losses()
        watching.watch_rows()
        watching.watch_inputs(analytics, stage.config)
        watching.watch_detector(analytics, stage.config)
        watching.watch_capacity(kick_off)
        if days := stage.config.personalize.max_days_without_training:
            watching.watch_training(training.workflow.notices, days)
        MatchDashboard(
            self,
            "Dashboard",
            metrics=metrics,
            streams=streams,
            dead_letters=dead_letters,
            detector=analytics.application.name,
            channels=delivery.audiences.channels if delivery.audiences else None,
            alarms=alarms.all,
        )
        Spending(self, "Spending", config=stage.config, topic=notices.topic)
        CfnOutput(self, "KickOffScheduleGroupName", value=kick_off.group.schedule_group_name)
        CfnOutput(self, "KickOffRoleArn", value=kick_off.role.role_arn)
        CfnOutput(self, "SetCampaignCapacityArn", value=kick_off.function.function_arn)
        CfnOutput(self, "NoticesTopicArn", value=notices.topic.topic_arn)
