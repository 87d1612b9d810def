"""Queues in SQS: dispatch tasks, announced matches and dead letters."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.batches import batches
from domain.dead_letter import MAX_MESSAGE_BYTES, DeadLetter
from domain.dispatch_task import DispatchTask
from domain.match import Match
from domain.metrics import Metric
from domain.preparation_task import PreparationTask
from lambdas.adapters.errors import QueueRefusedError
from lambdas.adapters.retry import write_all
from lambdas.observability import PowertoolsTelemetry

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef as Entry

MAX_MESSAGES_PER_CALL = 10
PARALLEL_CALLS = 8
ANNOUNCEMENTS_GROUP_ID = "matches"


class SqsDispatchQueue:
    """The queue of dispatch tasks."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send_tasks(self, tasks: Sequence[DispatchTask]) -> None:
        """Send tasks; raises QueueRefusedError if some were refused despite retries."""
        entries: list[Entry] = [
            {"Id": str(index), "MessageBody": json.dumps(task.to_dict(), separators=(",", ":"))}
            for index, task in enumerate(tasks)
        ]
        with ThreadPoolExecutor(PARALLEL_CALLS) as pool:
            refused = sum(pool.map(self._count_refused, message_batches(entries)))
        if refused:
            raise QueueRefusedError(len(entries), refused)

    def _count_refused(self, batch: "Sequence[Entry]") -> int:
        return len(write_all([batch], self._write))

    def _write(self, batch: "Sequence[Entry]") -> "Sequence[Entry]":
        answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=list(batch))
        refused = {failure["Id"] for failure in answer.get("Failed", [])}
        return [entry for entry in batch if entry["Id"] in refused]


class SqsReceivedMessages:
    """Messages of a queue that a function has received and could not process."""

    def __init__(self, client: "SQSClient", queue_url: str, telemetry: PowertoolsTelemetry) -> None:
        self._client = client
        self._queue_url = queue_url
        self._telemetry = telemetry

    def retry_after(self, receipt_handle: str, seconds: int) -> None:
        """Have a message delivered again after seconds; if SQS refuses, after its visibility timeout."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.change_message_visibility(
                QueueUrl=self._queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
            )
        except (ClientError, BotoCoreError) as error:
            self._telemetry.warning("message is retried after its visibility timeout", reason=str(error))


class SqsPreparationQueue:
    """The queue of rankings to prepare; a lost request is counted and does not raise: viewers come first."""

    def __init__(self, client: "SQSClient", queue_url: str, telemetry: PowertoolsTelemetry) -> None:
        self._client = client
        self._queue_url = queue_url
        self._telemetry = telemetry

    def send_preparation(self, task: PreparationTask) -> None:
        """Send a task, best effort."""
        from botocore.exceptions import BotoCoreError, ClientError

        body = json.dumps(task.to_dict(), separators=(",", ":"))
        try:
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)
        except (ClientError, BotoCoreError) as error:
            self._telemetry.count(Metric.PREPARATIONS_LOST)
            self._telemetry.warning("preparation request lost", reason=str(error))


class SqsAnnouncements:
    """The FIFO queue of announced matches; all are in one message group, so they stay in order."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def publish(self, match: Match) -> None:
        """Send the match without its line-ups, which can exceed the size of a message."""
        body = json.dumps(replace(match, line_ups=()).to_dict(), separators=(",", ":"))
        self._client.send_message(
            QueueUrl=self._queue_url,
            MessageBody=body,
            MessageGroupId=ANNOUNCEMENTS_GROUP_ID,
            # A match that is moved and moved back within minutes has the same body as the first announcement,
            # which must not be dropped as a duplicate.
            MessageDeduplicationId=uuid.uuid4().hex,
        )


class SqsDeadLetters:
    """The queue of records that cannot be processed: {"source", "reason", "field"?, "payload", "at"}."""

    def __init__(self, client: "SQSClient", queue_url: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._queue_url = queue_url
        self._clock = clock

    def put_dead_letter(self, *, source: str, reason: str, field: str | None, payload: str) -> None:
        """Send a record with the reason why it was rejected."""
        letter = DeadLetter(source=source, reason=reason, field=field, payload=payload)
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=letter.to_json(self._clock()))

    def try_dead_letters(self, letters: Sequence[DeadLetter]) -> int:
        """Send records in batches, without further calls after one that failed; return how many were lost."""
        from botocore.exceptions import BotoCoreError, ClientError

        entries: list[Entry] = [
            {"Id": str(index), "MessageBody": letter.to_json(self._clock())}
            for index, letter in enumerate(letters)
        ]
        sent = 0
        try:
            for batch in message_batches(entries):
                answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=batch)
                sent += len(answer.get("Successful", []))
        except (ClientError, BotoCoreError):
            pass  # The return value reports the loss; retries are the client's.
        return len(entries) - sent


def message_batches(entries: "Sequence[Entry]") -> "Iterator[list[Entry]]":
    """Split messages into calls that SQS accepts."""
    return batches(
        entries,
        max_entries=MAX_MESSAGES_PER_CALL,
        max_size=MAX_MESSAGE_BYTES,
        size=lambda entry: len(entry["MessageBody"].encode()),
    )
