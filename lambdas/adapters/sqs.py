"""Queues in SQS: dispatch tasks, announced matches, and records set aside with the reason."""

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.dispatch_task import DispatchTask
from domain.match import Match
from domain.validation import format_instant
from lambdas.adapters.retry import write_all

ENTRIES_A_CALL = 10
PAYLOAD_CHARACTERS = 100_000
ONE_AFTER_ANOTHER = "matches"


class QueueRefusedError(Exception):
    """The queue took less than it was given."""


class SqsDispatchQueue:
    """The queue `dispatch`."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send_tasks(self, tasks: Sequence[DispatchTask]) -> None:
        """Enqueue tasks; raises QueueRefusedError when some found no room in spite of retries."""
        entries = [
            {"Id": str(index), "MessageBody": json.dumps(task.to_dict(), separators=(",", ":"))}
            for index, task in enumerate(tasks)
        ]
        lost = write_all(entries, self._write, portion=ENTRIES_A_CALL)
        if lost:
            raise QueueRefusedError(f"expected room for {len(entries)} tasks, {len(lost)} found none")

    def _write(self, portion: Sequence[dict[str, str]]) -> Sequence[dict[str, str]]:
        answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=list(portion))
        refused = {failure["Id"] for failure in answer.get("Failed", [])}
        return [entry for entry in portion if entry["Id"] in refused]


class SqsAnnouncements:
    """The queue `announcements`: matches, one after another."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def publish(self, match: Match) -> None:
        """Send the match without its line-ups, which may be larger than a message."""
        body = json.dumps(replace(match, line_ups=()).to_dict(), separators=(",", ":"))
        self._client.send_message(
            QueueUrl=self._queue_url,
            MessageBody=body,
            MessageGroupId=ONE_AFTER_ANOTHER,
            # A match that is moved and moved back within minutes says the same thing twice, and means it.
            MessageDeduplicationId=uuid.uuid4().hex,
        )


class SqsDeadLetters:
    """The queue `dead-letters`: {"source", "reason", "field"?, "payload", "at"}."""

    def __init__(self, client: Any, queue_url: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._queue_url = queue_url
        self._clock = clock

    def put_dead_letter(self, *, source: str, reason: str, field: str | None, payload: str) -> None:
        """Set a record aside with the reason."""
        body = {
            "source": source,
            "reason": reason,
            "payload": payload[:PAYLOAD_CHARACTERS],
            "at": format_instant(self._clock()),
        }
        if field is not None:
            body["field"] = field
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(body))
