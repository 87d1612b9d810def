"""The policies of queues, which decide whether a topic may deliver to them. moto keeps but ignores them."""

import json
from functools import lru_cache

from moto.sqs.models import sqs_backends

from local.twin.permissions.access import Access
from local.twin.permissions.caller import ServicePrincipal
from local.twin.permissions.evaluation import decide
from local.twin.permissions.policy import parse_policy


def allows_topic(topic_arn: str, queue_arn: str, account_id: str) -> bool:
    """True if a queue's policy lets SNS send messages of a topic."""
    region, name = queue_arn.split(":")[3], queue_arn.rpartition(":")[2]
    queue = sqs_backends[account_id][region].queues.get(name)
    return queue is not None and _allows(topic_arn, queue_arn, queue.policy or "{}")


@lru_cache(maxsize=1024)
def _allows(topic_arn: str, queue_arn: str, policy: str) -> bool:
    return decide(
        ServicePrincipal(name="sns.amazonaws.com", source_arn=topic_arn),
        Access(action="sqs:SendMessage", resource=queue_arn),
        identity=(),
        resource=parse_policy(json.loads(policy), queue_arn),
    ).allowed
