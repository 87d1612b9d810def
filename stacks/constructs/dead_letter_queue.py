"""A dead-letter queue."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig

RETENTION = Duration.days(14)


class DeadLetterQueue(sqs.Queue):
    """Keeps messages that could not be processed or delivered for 14 days, the maximum of SQS.

    The construct id of a deployed queue never changes, whatever the queue is called in code: with another id,
    and so another logical id, CloudFormation would replace the queue with its messages.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, fifo: bool = False
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            fifo=fifo or None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=RETENTION,
            removal_policy=config.removal_policy,
        )
        acknowledge(self, "AwsSolutions-SQS3", reason="This is a dead-letter queue; an alarm watches it.")
