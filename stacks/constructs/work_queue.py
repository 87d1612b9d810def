"""A queue of work, and the queue for what could not be done."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig

DEAD_LETTER_DAYS = 14
MOST_RECEIVED = 4


class DeadLetterQueue(sqs.Queue):
    """Where records wait, for two weeks, for somebody to look at them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, in_order: bool = False
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            fifo=in_order or None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(DEAD_LETTER_DAYS),
            removal_policy=config.removal_policy,
        )
        acknowledge(self, "AwsSolutions-SQS3", reason="This is where dead letters end; an alarm watches it.")


class WorkQueue(Construct):
    """Messages for one function: tried a few times, then moved aside so that they block nobody.

    With `in_order` the queue is of the kind that hands over a group's messages one after another.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        consumer_timeout: Duration,
        keep: Duration | None = None,
        in_order: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = DeadLetterQueue(self, "DeadLetters", config=config, in_order=in_order)
        self.queue = sqs.Queue(
            self,
            "Queue",
            fifo=in_order or None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            # Six times the consumer's timeout, as Lambda's documentation asks for.
            visibility_timeout=Duration.seconds(6 * int(consumer_timeout.to_seconds())),
            retention_period=keep or Duration.hours(1),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MOST_RECEIVED),
        )
