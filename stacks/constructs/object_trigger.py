"""A trigger that runs a function when an object is created in a bucket of another stack."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import StageConfig
from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.event_patterns import object_created


class ObjectTrigger(Construct):
    """An EventBridge rule; events that cannot be delivered go to a dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        bucket: s3.IBucket,
        function: lambda_.IFunction,
        prefix: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        # A queue of this stack: the policy of a queue in another stack would refer back to the rule.
        self.dead_letters = DeadLetterQueue(self, "Undelivered", config=config)
        events.Rule(
            self,
            "Rule",
            event_pattern=object_created(bucket, prefix=prefix),
            targets=[
                targets.LambdaFunction(
                    function,
                    dead_letter_queue=self.dead_letters,
                    retry_attempts=3,
                    max_event_age=Duration.hours(1),
                )
            ],
        )
