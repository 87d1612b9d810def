"""Who hears of a training: everything that the machine tells on EventBridge goes to the notices topic."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.training_definition import DETAIL_TYPE, SOURCE


def tell_of_trainings(scope: Construct, *, machine: sfn.StateMachine, notices: EncryptedTopic) -> None:
    """Send statuses to the topic, and the ends that an execution cannot tell of: aborted and timed out."""
    target = targets.SnsTopic(notices.topic)
    events.Rule(
        scope,
        "Statuses",
        event_pattern=events.EventPattern(source=[SOURCE], detail_type=[DETAIL_TYPE]),
        targets=[target],
    )
    events.Rule(
        scope,
        "EndedFromOutside",
        event_pattern=events.EventPattern(
            source=["aws.states"],
            detail_type=["Step Functions Execution Status Change"],
            detail={
                "stateMachineArn": [machine.state_machine_arn],
                "status": ["ABORTED", "TIMED_OUT"],
            },
        ),
        targets=[target],
    )
