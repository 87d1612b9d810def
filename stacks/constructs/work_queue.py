"""A queue that triggers one function."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import StageConfig
from stacks.constructs.dead_letter_queue import DeadLetterQueue

RETENTION = Duration.hours(1)
"""Of a queue without a retention of its own; those whose messages can name viewers have none."""
MAX_RECEIVES = 4
VISIBILITY_TIMEOUTS = 6
"""The visibility timeout as a multiple of the function's timeout, as AWS Lambda recommends."""


class WorkQueue(Construct):
    """A queue whose messages are received up to `max_receives` times and then moved to its dead-letter queue.

    `visibility_timeout` is when the messages of a function that was killed are delivered again.
    A FIFO queue delivers the messages of a message group in order.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        consumer_timeout: Duration,
        retention: Duration | None = None,
        visibility_timeout: Duration | None = None,
        max_receives: int = MAX_RECEIVES,
        fifo: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = DeadLetterQueue(self, "DeadLetters", config=config, fifo=fifo)
        self.queue = sqs.Queue(
            self,
            "Queue",
            fifo=fifo or None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=visibility_timeout
            or Duration.seconds(VISIBILITY_TIMEOUTS * int(consumer_timeout.to_seconds())),
            retention_period=retention or RETENTION,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=max_receives),
        )
