"""SQS queues, SNS topics and subscriptions."""

import json
from typing import Any

from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource

_QUEUE_ATTRIBUTES = (
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
    "FifoQueue",
    "ContentBasedDeduplication",
    "RedrivePolicy",
    "RedriveAllowPolicy",
)
_SUBSCRIPTION_ATTRIBUTES = ("RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")


def _queue(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    client = context.client("sqs")
    suffix = ".fifo" if _is_true(properties.get("FifoQueue")) else ""
    name = resource.name(properties.get("QueueName"), longest=80 - len(suffix))
    name = name if name.endswith(suffix) else name + suffix
    attributes = {key: _text(properties[key]) for key in _QUEUE_ATTRIBUTES if key in properties}
    url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return Created(
        physical_id=url, attributes={"Arn": context.arn("sqs", name), "QueueName": name, "QueueUrl": url}
    )


def _topic(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    client = context.client("sns")
    fifo = _is_true(properties.get("FifoTopic"))
    name = resource.name(properties.get("TopicName"), longest=200)
    name = name + ".fifo" if fifo and not name.endswith(".fifo") else name
    arn = client.create_topic(Name=name, Attributes={"FifoTopic": "true"} if fifo else {})["TopicArn"]
    for subscription in properties.get("Subscription", ()):
        client.subscribe(TopicArn=arn, Protocol=subscription["Protocol"], Endpoint=subscription["Endpoint"])
    return Created(physical_id=arn, attributes={"TopicArn": arn, "TopicName": name})


def _subscription(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    attributes = {key: _text(properties[key]) for key in _SUBSCRIPTION_ATTRIBUTES if key in properties}
    if attributes.get("RawMessageDelivery") == "false":
        del attributes["RawMessageDelivery"]  # moto reads any text as true
    answer = context.client("sns").subscribe(
        TopicArn=properties["TopicArn"],
        Protocol=properties["Protocol"],
        Endpoint=properties["Endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return Created(physical_id=answer["SubscriptionArn"], attributes={"Arn": answer["SubscriptionArn"]})


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


CREATORS: dict[str, Creator] = {
    "AWS::SQS::Queue": _queue,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::Subscription": _subscription,
}
