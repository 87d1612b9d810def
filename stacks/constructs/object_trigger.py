"""A function that runs when an object arrives in a bucket of another stack."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import StageConfig
from stacks.constructs.work_queue import DeadLetterQueue


class ObjectTrigger(Construct):
    """Object created -> function, through EventBridge; what stays undelivered goes to a dead-letter queue."""

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
        # Of this stack, not the shared one: its policy names the rule, which would close a circle of stacks.
        self.undelivered = DeadLetterQueue(self, "Undelivered", config=config)
        events.Rule(
            self,
            "Rule",
            event_pattern=object_created(bucket, prefix=prefix),
            targets=[
                targets.LambdaFunction(
                    function,
                    dead_letter_queue=self.undelivered,
                    retry_attempts=3,
                    max_event_age=Duration.hours(1),
                )
            ],
        )


def object_created(
    bucket: s3.IBucket, *, prefix: str | None = None, suffix: str | None = None
) -> events.EventPattern:
    """The pattern of a new object in a bucket, by the beginning or the end of its key."""
    conditions = ({"prefix": prefix} if prefix else {}) | ({"suffix": suffix} if suffix else {})
    return events.EventPattern(
        source=["aws.s3"],
        detail_type=["Object Created"],
        detail={
            "bucket": {"name": [bucket.bucket_name]},
            **({"object": {"key": [conditions]}} if conditions else {}),
        },
    )
