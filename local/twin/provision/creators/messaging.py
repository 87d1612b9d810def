"""SQS queues, SNS topics and subscriptions."""

import json
from typing import Any

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
)

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
    if "KmsMasterKeyId" in properties:
        context.policies.put_encryption(arn, properties["KmsMasterKeyId"])
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


def _update_queue(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    changed = {
        key: _text(resource.properties[key])
        for key in _QUEUE_ATTRIBUTES
        if key in resource.properties and resource.properties[key] != deployed.resource.properties.get(key)
    }
    if changed:
        url = deployed.created.physical_id
        context.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=changed)
    return deployed.created


def _update_topic(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    arn = deployed.created.physical_id
    context.policies.put_encryption(arn, resource.properties.get("KmsMasterKeyId"))
    known = deployed.resource.properties.get("Subscription", ())
    for subscription in resource.properties.get("Subscription", ()):
        if subscription not in known:
            context.client("sns").subscribe(
                TopicArn=arn, Protocol=subscription["Protocol"], Endpoint=subscription["Endpoint"]
            )
    return deployed.created


def _update_subscription(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    client, arn = context.client("sns"), deployed.created.physical_id
    for key in _SUBSCRIPTION_ATTRIBUTES:
        value = resource.properties.get(key)
        if value is not None and value != deployed.resource.properties.get(key):
            client.set_subscription_attributes(
                SubscriptionArn=arn, AttributeName=key, AttributeValue=_text(value)
            )
    return deployed.created


def _delete_queue(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("sqs").delete_queue(QueueUrl=deployed.created.physical_id)


def _delete_topic(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("sns").delete_topic(TopicArn=deployed.created.physical_id)


def _delete_subscription(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("sns").unsubscribe(SubscriptionArn=deployed.created.physical_id)


UPDATERS: dict[str, Updater] = {
    "AWS::SQS::Queue": _update_queue,
    "AWS::SNS::Topic": _update_topic,
    "AWS::SNS::Subscription": _update_subscription,
}
DELETERS: dict[str, Deleter] = {
    "AWS::SQS::Queue": _delete_queue,
    "AWS::SNS::Topic": _delete_topic,
    "AWS::SNS::Subscription": _delete_subscription,
}
