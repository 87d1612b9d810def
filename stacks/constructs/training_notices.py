"""Who hears of a training: each of its ends goes to the notices topic, however it came.

Of a failure Step Functions itself tells, with the cause that the machine gave it: that comes even where the
execution could tell nothing any more (an error that no state can catch, a timeout, somebody who stopped it).
"""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.training.definition import DETAIL_TYPE, SOURCE


def tell_of_trainings(
    scope: Construct, *, stage: str, machine: sfn.StateMachine, notices: EncryptedTopic
) -> None:
    """Send the good ends of this stage's trainings to the topic, and every bad one, once each."""
    target = targets.SnsTopic(notices.topic)
    events.Rule(
        scope,
        "Statuses",
        event_pattern=events.EventPattern(
            source=[SOURCE],
            detail_type=[DETAIL_TYPE],
            # Stages share the bus of their account.
            detail={"stage": [stage], "status": ["PUBLISHED", "KEPT", "SKIPPED"]},
        ),
        targets=[target],
    )
    events.Rule(
        scope,
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
