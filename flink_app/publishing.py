"""Where moments and dead letters leave Flink: in batches, each answered before its records count as done.

Flink has no sink for SNS that Python can use. A call that is awaited inside an operator, whose records stay
in its state until then, gives the same promise as an at-least-once sink: a failed call fails the job, which
goes on from its last checkpoint. What is published twice has the same id: readers know it by that.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import boto3
from botocore.config import Config

from domain.moment import Moment
from flink_app.errors import RefusedByServiceError

BATCH_ENTRIES = 10
BATCH_BYTES = 250_000
"""SNS and SQS take ten entries and 256 KiB at once."""
CALLS_AT_ONCE = 8
CLIENT = Config(
    retries={"mode": "standard", "max_attempts": 5},
    connect_timeout=3,
    read_timeout=5,
    max_pool_connections=CALLS_AT_ONCE,
)


class Outlet(Protocol):
    """Somewhere that messages go; `send` returns when all of them are there."""

    def send(self, messages: Sequence[str]) -> None:
        """Send messages; raises if any of them was not taken."""
        ...


class MomentsTopic:
    """The SNS topic of moments."""

    def __init__(self, topic_arn: str, *, region: str, endpoint_url: str | None) -> None:
        self._topic_arn = topic_arn
        self._sns: Any = boto3.client("sns", region_name=region, endpoint_url=endpoint_url, config=CLIENT)
        self._callers = ThreadPoolExecutor(CALLS_AT_ONCE)

    def send(self, messages: Sequence[str]) -> None:
        """Notify everybody of moments, given as JSON; they are stamped as detected now."""
        now_ms = time.time_ns() // 1_000_000
        moments = [Moment.from_dict(json.loads(message)).detected(now_ms) for message in messages]
        entries = [
            {
                "Message": json.dumps(moment.to_dict()),
                "MessageAttributes": {
                    "match_id": {"DataType": "String", "StringValue": moment.match_id},
                    "type": {"DataType": "String", "StringValue": moment.type.value},
                },
            }
            for moment in moments
        ]
        _send_all(self._callers, batches(entries, "Message"), self._publish)

    def _publish(self, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
        answer: dict[str, Any] = self._sns.publish_batch(
            TopicArn=self._topic_arn, PublishBatchRequestEntries=entries
        )
        return answer


class DeadLettersQueue:
    """The SQS queue of what was refused."""

    def __init__(self, queue_url: str, *, region: str, endpoint_url: str | None) -> None:
        self._queue_url = queue_url
        self._sqs: Any = boto3.client("sqs", region_name=region, endpoint_url=endpoint_url, config=CLIENT)
        self._callers = ThreadPoolExecutor(CALLS_AT_ONCE)

    def send(self, messages: Sequence[str]) -> None:
        """Keep refused records, given as letters in JSON."""
        entries = [{"MessageBody": message} for message in messages]
        _send_all(self._callers, batches(entries, "MessageBody"), self._put)

    def _put(self, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
        answer: dict[str, Any] = self._sqs.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        return answer


def batches(entries: Sequence[dict[str, Any]], body: str) -> Iterator[list[dict[str, Any]]]:
    """Entries in as few calls as the services allow, each with an id of its own in its call."""
    batch: list[dict[str, Any]] = []
    size = 0
    for entry in entries:
        length = len(entry[body].encode())
        if batch and (len(batch) == BATCH_ENTRIES or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append({"Id": str(len(batch)), **entry})
        size += length
    if batch:
        yield batch


def _send_all(
    callers: ThreadPoolExecutor,
    calls: Iterator[list[dict[str, Any]]],
    send: Callable[[Sequence[dict[str, Any]]], dict[str, Any]],
) -> None:
    """Make the calls side by side, and wait for all of them."""
    for answer in list(callers.map(send, calls)):
        for refused in answer.get("Failed", []):
            raise RefusedByServiceError(refused["Code"], refused.get("Message", ""))
