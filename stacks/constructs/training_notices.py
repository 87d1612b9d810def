"""Event rules that send the result of every training to a topic."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
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
    ) -> None:
        super().__init__(scope, construct_id)
        target = targets.SnsTopic(topic.topic)
        events.Rule(
            self,
            "Successes",
            event_pattern=events.EventPattern(
                source=[SOURCE],
                detail_type=[DETAIL_TYPE],
                # All stages of an account share its default event bus.
                detail={"stage": [stage], "status": ["PUBLISHED", "KEPT", "SKIPPED"]},
            ),
            targets=[target],
        )
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
