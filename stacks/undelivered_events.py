"""The dead-letter queue of rules: events that EventBridge could not deliver to their target.

The rules of several stacks share the queue of the DataStack, which an alarm watches. Its policy names no
rule, because a queue that refers to a rule of a later stack would make both stacks depend on each other.
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct


def accept_undelivered_events(queue: sqs.Queue) -> None:
    """Let every rule of the account and region send to the queue."""
    rules = Stack.of(queue).format_arn(service="events", resource="rule", resource_name="*")
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnLike": {"aws:SourceArn": rules}},
        )
    )


def undelivered_events(scope: Construct, queue: sqs.IQueue) -> sqs.IQueue:
    """Return the queue as the target of a rule in another stack takes it, which then adds no policy to it."""
    return sqs.Queue.from_queue_arn(scope, "UndeliveredEvents", queue.queue_arn)
