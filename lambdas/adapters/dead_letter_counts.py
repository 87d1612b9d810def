"""Sizes of the dead-letter queues."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


class SqsDeadLetterCounts:
    """Counts waiting messages by queue name; SQS reports them approximately."""

    def __init__(self, client: "SQSClient", queue_urls: Mapping[str, str]) -> None:
        self._client = client
        self._queue_urls = queue_urls

    def counts(self) -> Mapping[str, int]:
        """Return the number of waiting messages of each queue."""
        return {name: self._count(queue_url) for name, queue_url in self._queue_urls.items()}

    def _count(self, queue_url: str) -> int:
        answer = self._client.get_queue_attributes(
            QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])
