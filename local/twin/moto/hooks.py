"""What moto lacks as a part of the twin, hooked into its models.

Written against moto 5.2: a queue, stream or table that received something rings the bell; subscriptions and
rules whose target is a function or a state machine go to the edge; costs that grow with a stream go.
"""

import base64
import itertools
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from moto.dynamodb.models.table import StreamShard
from moto.events.models import Rule
from moto.kinesis.models import Record as KinesisRecord
from moto.kinesis.models import Shard, Stream
from moto.scheduler.models import EventBridgeSchedulerBackend
from moto.sns.models import Subscription
from moto.sqs.models import Queue

from local.twin.moto import atomic, executions, tasks
from local.twin.moto.bell import Bell


def install(bell: Bell) -> None:
    """Hook every model; once per process."""
    _queues(bell)
    _streams(bell)
    _tables(bell)
    _subscriptions(bell)
    _rules(bell)
    _schedules(bell)
    atomic.install()
    tasks.install()
    executions.install()


def _queues(bell: Bell) -> None:
    add_message = Queue.add_message

    def add_and_ring(self: Queue, message: Any) -> None:
        add_message(self, message)
        bell.ring("wake", source=self.queue_arn)

    Queue.add_message = add_and_ring


def _streams(bell: Bell) -> None:
    put_record = Stream.put_record

    def put_and_ring(self: Stream, *args: Any, **kwargs: Any) -> Any:
        number, shard_id = put_record(self, *args, **kwargs)
        bell.ring("wake", source=self.arn, shard=shard_id)
        return number, shard_id

    def put_record_in_constant_time(
        self: Shard, partition_key: str, data: str, explicit_hash_key: str
    ) -> str:
        number = next(reversed(self.records)) + 1 if self.records else 1
        self.records[number] = KinesisRecord(partition_key, data, number, explicit_hash_key)
        return str(number)

    def get_records_from_their_number(self: Shard, last_sequence_id: str, limit: int | None) -> Any:
        last = int(last_sequence_id)
        newest = next(reversed(self.records)) if self.records else 0
        wanted = range(last + 1, newest + 1)
        numbers = itertools.islice((number for number in wanted if number in self.records), limit)
        results = [self.records[number] for number in numbers]
        if not results:
            return results, last, 0
        behind = self.records[newest].created_at - results[-1].created_at
        return results, results[-1].sequence_number, int(behind * 1000)

    Stream.put_record = put_and_ring
    Shard.put_record = put_record_in_constant_time
    Shard.get_records = get_records_from_their_number


def _tables(bell: Bell) -> None:
    add = StreamShard.add

    def add_and_ring(self: StreamShard, old: Any, new: Any) -> None:
        add(self, old, new)
        bell.ring("wake", source=f"{self.table.table_arn}/stream/{self.table.latest_stream_label}")

    StreamShard.add = add_and_ring


def _subscriptions(bell: Bell) -> None:
    publish = Subscription.publish

    def publish_or_ring(
        self: Subscription,
        message: str,
        message_id: str,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        if self.protocol not in ("lambda", "firehose", "http", "https"):
            publish(
                self, message, message_id, subject=subject, message_attributes=message_attributes, **options
            )
            return
        matcher = self._filter_policy_matcher
        if self.protocol == "lambda" and (matcher is None or matcher.matches(message_attributes, message)):
            record = _sns_record(self, message, message_id, subject, message_attributes)
            bell.ring("invoke", arn=self.endpoint, payload={"Records": [record]})

    Subscription.publish = publish_or_ring


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
            "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "SignatureVersion": "1",
            "MessageAttributes": attributes,
        },
    }


def _attribute_value(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _rules(bell: Bell) -> None:
    def send_to_targets(self: Rule, original_event: Any, transform_input: bool = True) -> None:  # noqa: ARG001
        enabled = self.state == "ENABLED" and not self.scheduled_expression
        if not enabled or not self.event_pattern.matches_event(original_event):
            return
        event = {key: value for key, value in original_event.items() if key != "ingestion-time"}
        if isinstance(event.get("time"), int | float):
            event["time"] = datetime.fromtimestamp(event["time"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event["id"] = str(uuid.uuid4())
        for target in self.targets:
            bell.ring("target", target=json.loads(json.dumps(target)), event=event)

    Rule.send_to_targets = send_to_targets


def _schedules(bell: Bell) -> None:
    for name in ("create_schedule", "update_schedule", "delete_schedule"):
        _ring_after(EventBridgeSchedulerBackend, name, bell)
    from moto.events.models import EventsBackend

    for name in ("put_rule", "put_targets", "delete_rule", "enable_rule", "disable_rule", "remove_targets"):
        _ring_after(EventsBackend, name, bell)


def _ring_after(model: Any, name: str, bell: Bell) -> None:
    original = getattr(model, name)

    def call_and_ring(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = original(self, *args, **kwargs)
        bell.ring("wake", source="schedules")
        return answer

    setattr(model, name, call_and_ring)
