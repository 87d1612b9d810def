"""Queues in SQS: dispatch tasks, announced matches and dead letters."""

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.dispatch_task import DispatchTask
from domain.match import Match
from domain.validation import format_instant
from lambdas.adapters.errors import QueueRefusedError
from lambdas.adapters.retry import write_all

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef as Entry

MAX_MESSAGES_PER_CALL = 10
MAX_PAYLOAD_CHARACTERS = 100_000
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
        refused = write_all(entries, self._write, batch_size=MAX_MESSAGES_PER_CALL)
        if refused:
            raise QueueRefusedError(len(entries), len(refused))

    def _write(self, batch: "Sequence[Entry]") -> "Sequence[Entry]":
        answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=list(batch))
        refused = {failure["Id"] for failure in answer.get("Failed", [])}
        return [entry for entry in batch if entry["Id"] in refused]


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
        body = {
            "source": source,
            "reason": reason,
            "payload": payload[:MAX_PAYLOAD_CHARACTERS],
            "at": format_instant(self._clock()),
        }
        if field is not None:
            body["field"] = field
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(body))
