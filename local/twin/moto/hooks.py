"""Patches that make moto's models send notices to the edge.

Written against moto 5.2. A queue, stream or table that received something, and a change of the schedules,
send `activity`; an SNS subscription of a function sends `invoke`, and one of a queue `delivery`; an
EventBridge rule sends one `target` for each of its targets.
"""

import base64
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from moto.dynamodb.models.table import StreamShard
from moto.events.models import EventsBackend, Rule
from moto.kinesis.models import Stream
from moto.scheduler.models import EventBridgeSchedulerBackend
from moto.sns.models import Subscription
from moto.sqs.models import Queue

from domain.validation import format_instant
from local.twin.moto.notices import NoticeSender
from local.twin.moto.queue_policies import allows_topic

_CHANGE_SCHEDULES = ("create_schedule", "update_schedule", "delete_schedule")
_CHANGE_RULES = ("put_rule", "put_targets", "delete_rule", "enable_rule", "disable_rule", "remove_targets")


def install(notices: NoticeSender) -> None:
    """Patch the models; call it once per process."""
    _patch_queues(notices)
    _patch_streams(notices)
    _patch_tables(notices)
    _patch_subscriptions(notices)
    _patch_rules(notices)
    for name in _CHANGE_SCHEDULES:
        _send_after(EventBridgeSchedulerBackend, name, notices)
    for name in _CHANGE_RULES:
        _send_after(EventsBackend, name, notices)


def _patch_queues(notices: NoticeSender) -> None:
    add_message = Queue.add_message

    def add_and_send(self: Queue, message: Any) -> None:
        add_message(self, message)
        notices.send("activity", source=self.queue_arn)

    Queue.add_message = add_and_send


def _patch_streams(notices: NoticeSender) -> None:
    put_record = Stream.put_record

    def put_and_send(self: Stream, *args: Any, **kwargs: Any) -> Any:
        number, shard_id = put_record(self, *args, **kwargs)
        notices.send("activity", source=self.arn, shard=shard_id)
        return number, shard_id

    Stream.put_record = put_and_send


def _patch_tables(notices: NoticeSender) -> None:
    add = StreamShard.add

    def add_and_send(self: StreamShard, old: Any, new: Any) -> None:
        add(self, old, new)
        source = f"{self.table.table_arn}/stream/{self.table.latest_stream_label}"
        notices.send("activity", source=source)

    StreamShard.add = add_and_send


def _patch_subscriptions(notices: NoticeSender) -> None:
    publish = Subscription.publish

    def publish_or_send(
        self: Subscription,
        message: str,
        message_id: str,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        if self.protocol == "sqs":
            notices.send("delivery", topic=self.topic.arn, queue=self.endpoint)
            if not allows_topic(self.topic.arn, self.endpoint, self.account_id):
                return
        if self.protocol not in ("lambda", "firehose", "http", "https"):
            publish(
                self, message, message_id, subject=subject, message_attributes=message_attributes, **options
            )
            return
        matcher = self._filter_policy_matcher
        if self.protocol == "lambda" and (matcher is None or matcher.matches(message_attributes, message)):
            record = _sns_record(self, message, message_id, subject, message_attributes)
            notices.send("invoke", topic=self.topic.arn, arn=self.endpoint, payload={"Records": [record]})

    Subscription.publish = publish_or_send


def _sns_record(
    subscription: Subscription,
    message: str,
    message_id: str,
    subject: str | None,
    message_attributes: dict[str, Any] | None,
) -> dict[str, Any]:
    attributes = {
        name: {"Type": value["Type"], "Value": _attribute_value(value["Value"])}
        for name, value in (message_attributes or {}).items()
    }
    return {
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "EventSource": "aws:sns",
        "Sns": {
            "Type": "Notification",
            "MessageId": message_id,
            "TopicArn": subscription.topic.arn,
            "Subject": subject,
            "Message": message,
            "Timestamp": format_instant(datetime.now(UTC)),
            "SignatureVersion": "1",
            "MessageAttributes": attributes,
        },
    }


def _attribute_value(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _patch_rules(notices: NoticeSender) -> None:
    def send_to_targets(self: Rule, original_event: Any, transform_input: bool = True) -> None:  # noqa: ARG001
        enabled = self.state == "ENABLED" and not self.scheduled_expression
        if not enabled or not self.event_pattern.matches_event(original_event):
            return
        event = {key: value for key, value in original_event.items() if key != "ingestion-time"}
        if isinstance(event.get("time"), int | float):
            event["time"] = datetime.fromtimestamp(event["time"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event["id"] = str(uuid.uuid4())
        for target in self.targets:
            notices.send("target", rule=self.arn, target=json.loads(json.dumps(target)), event=event)

    Rule.send_to_targets = send_to_targets


def _send_after(model: Any, name: str, notices: NoticeSender) -> None:
    original = getattr(model, name)

    def call_and_send(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = original(self, *args, **kwargs)
        notices.send("activity", source="schedules")
        return answer

    setattr(model, name, call_and_send)
