"""How many records wait in the queues of dead letters."""

from collections.abc import Mapping
from typing import Any


class SqsDeadLetterCounts:
    """Counts by the queue's name; SQS knows them approximately."""

    def __init__(self, client: Any, queue_urls: Mapping[str, str]) -> None:
        self._client = client
        self._queue_urls = queue_urls

    def counts(self) -> Mapping[str, int]:
        """Waiting records of each queue."""
        return {name: self._waiting(queue_url) for name, queue_url in self._queue_urls.items()}

    def _waiting(self, queue_url: str) -> int:
        wanted = "ApproximateNumberOfMessages"
        answer = self._client.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[wanted])
        return int(answer["Attributes"][wanted])
