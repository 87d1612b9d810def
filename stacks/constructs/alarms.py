"""CloudWatch alarms."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct


class Alarms(Construct):
    """Alarms that notify one topic when they are raised and when they recover."""

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
        """Add an alarm that is raised when the metric exceeds a threshold for a number of periods.

        Missing data raises none. So only a metric that has data in every period may take several: the alarm
        of one that counts rare work would never be raised.
        """
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=above,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=description,
        )
        self._notify(alarm)

    def watch_heartbeat(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        *,
        description: str,
        periods: int,
        notify: bool,
    ) -> None:
        """Add an alarm that is raised when a metric is zero or missing for a number of periods.

        Without `notify` the alarm is on the dashboard only.
        """
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=0,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
            alarm_description=description,
            actions_enabled=notify,
        )
        self._notify(alarm)

    def _notify(self, alarm: cloudwatch.Alarm) -> None:
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        self.all.append(alarm)
