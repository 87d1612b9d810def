"""Event rules that send the result of every training to a topic."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.training.notices import DETAIL_TYPE, SOURCE


class TrainingNotices(Construct):
    """Successful results as the state machine reports them, failures as Step Functions reports them.

    Step Functions also reports executions that cannot report by themselves: those that timed out, were
    aborted, or failed with an error that no state can catch.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        machine: sfn.IStateMachine,
        topic: EncryptedTopic,
        undelivered: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        target = targets.SnsTopic(topic.topic, dead_letter_queue=undelivered)
        self.published = self._rule("Published", stage, ["PUBLISHED"], target)
        self._rule("Successes", stage, ["KEPT", "SKIPPED"], target)
        events.Rule(
            self,
            "Failures",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [machine.state_machine_arn],
                    "status": ["FAILED", "ABORTED", "TIMED_OUT"],
                },
            ),
            targets=[target],
        )

    def published_metric(self, period: Duration) -> cloudwatch.MathExpression:
        """Return how many trainings were published in each period, zero for none."""
        # Without a match the rule has no data, which an alarm on days would notice days later only.
        return cloudwatch.MathExpression(
            expression="FILL(published, 0)",
            using_metrics={
                "published": cloudwatch.Metric(
                    namespace="AWS/Events",
                    metric_name="TriggeredRules",
                    dimensions_map={"RuleName": self.published.rule_name},
                    statistic="Sum",
                    period=period,
                )
            },
            label="trainings published",
            period=period,
        )

    def _rule(
        self, construct_id: str, stage: str, statuses: list[str], target: targets.SnsTopic
    ) -> events.Rule:
        return events.Rule(
            self,
            construct_id,
            event_pattern=events.EventPattern(
                source=[SOURCE],
                detail_type=[DETAIL_TYPE],
                # All stages of an account share its default event bus.
                detail={"stage": [stage], "status": statuses},
            ),
            targets=[target],
        )
