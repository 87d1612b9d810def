"""What wakes somebody up."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

COMPARISON = cloudwatch.ComparisonOperator


class Alarms(Construct):
    """Alarms that publish to one topic; what is silent is well."""

    def __init__(self, scope: Construct, construct_id: str, *, topic: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        self._action = actions.SnsAction(topic)
        self.all: list[cloudwatch.Alarm] = []

    def watch(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        *,
        above: float,
        description: str,
        periods: int = 1,
    ) -> None:
        """Raise the alarm when the metric stays above a value for some periods."""
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=above,
            evaluation_periods=periods,
            comparison_operator=COMPARISON.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=description,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        self.all.append(alarm)

    def watch_heartbeat(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        *,
        description: str,
        periods: int,
        notify: bool,
    ) -> None:
        """Raise the alarm when a metric that is always above zero is not, or is missing, for some periods.

        Without `notify` the alarm is shown on the dashboard and notifies nobody.
        """
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=0,
            evaluation_periods=periods,
            comparison_operator=COMPARISON.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
            alarm_description=description,
            actions_enabled=notify,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        self.all.append(alarm)

    def watch_dead_letters(self, queues: Mapping[str, sqs.IQueue]) -> None:
        """Raise an alarm for each queue of dead letters that is not empty."""
        for name, queue in queues.items():
            self.watch(
                f"{name}NotEmpty",
                queue.metric_approximate_number_of_messages_visible(
                    period=Duration.minutes(1), statistic="Maximum"
                ),
                above=0,
                description=f"{name}: records were given up and wait to be looked at",
            )
