"""Publish moments to SNS and dead letters to SQS, in batches.

Flink has no sink for SNS that Python can use. A call that an operator waits for, while the messages stay in
its state, gives the guarantee of an at-least-once sink: a failed call fails the job, which restarts from its
last checkpoint. A moment that is published twice has the same id, by which readers recognise it.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import boto3
from botocore.config import Config

from domain.batches import batches
from domain.moment import Moment
from flink_app.errors import RefusedByServiceError
from flink_app.settings import Settings

BATCH_ENTRIES = 10
BATCH_BYTES = 250_000
"""SNS and SQS accept ten entries and 256 KiB per call."""
CONCURRENT_CALLS = 8
CLIENT_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 5},
    connect_timeout=3,
    read_timeout=5,
    max_pool_connections=CONCURRENT_CALLS,
)

Entry = dict[str, Any]
Call = Callable[[Sequence[Entry]], dict[str, Any]]


class MessageSender(Protocol):
    """Sends messages to a service."""

    def send(self, messages: Sequence[str]) -> None:
        """Send messages; return when the service has accepted all of them.

        Raises RefusedByServiceError if it refused some, and botocore's errors if a call failed.
        """
        ...


class MomentsTopic:
    """The SNS topic of moments."""

    def __init__(self, sns: Any, topic_arn: str) -> None:
        self._sns = sns
        self._topic_arn = topic_arn
        self._pool = ThreadPoolExecutor(CONCURRENT_CALLS)

    def send(self, messages: Sequence[str]) -> None:
        """Publish moments, given as JSON, with the current time as the time of their detection."""
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
        _send_all(self._pool, calls_for(entries, "Message"), self._publish_batch)

    def _publish_batch(self, entries: Sequence[Entry]) -> dict[str, Any]:
        answer: dict[str, Any] = self._sns.publish_batch(
            TopicArn=self._topic_arn, PublishBatchRequestEntries=entries
        )
        return answer


class DeadLettersQueue:
    """The SQS queue of refused records."""

    def __init__(self, sqs: Any, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._pool = ThreadPoolExecutor(CONCURRENT_CALLS)

    def send(self, messages: Sequence[str]) -> None:
        """Send dead letters, given as JSON."""
        entries = [{"MessageBody": message} for message in messages]
        _send_all(self._pool, calls_for(entries, "MessageBody"), self._send_batch)

    def _send_batch(self, entries: Sequence[Entry]) -> dict[str, Any]:
        answer: dict[str, Any] = self._sqs.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        return answer


def service_client(service: str, settings: Settings) -> Any:
    """Create the client of a service in the application's region."""
    return boto3.client(
        service, region_name=settings.region, endpoint_url=settings.endpoint_url, config=CLIENT_CONFIG
    )


def calls_for(entries: Sequence[Entry], body: str) -> Iterator[list[Entry]]:
    """Split entries into as few calls as the services allow; the id of each is its index in `entries`."""
    return batches(
        [{"Id": str(index), **entry} for index, entry in enumerate(entries)],
        size=lambda entry: len(entry[body].encode()),
        max_size=BATCH_BYTES,
        max_entries=BATCH_ENTRIES,
    )


def _send_all(pool: ThreadPoolExecutor, calls: Iterator[list[Entry]], call: Call) -> None:
    """Make the calls concurrently, wait for all of them, and raise if entries were refused."""
    refused = [entry for answer in list(pool.map(call, calls)) for entry in answer.get("Failed", [])]
    if refused:
        first = refused[0]
        indexes = sorted(int(entry["Id"]) for entry in refused)
        raise RefusedByServiceError(first["Code"], first.get("Message", ""), indexes)
