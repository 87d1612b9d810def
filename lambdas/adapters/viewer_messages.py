"""A viewer's messages in the dead-letter queues of SQS."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from domain.viewer_copy import without_others
from domain.viewer_mention import ViewerMention
from domain.viewer_request import StorePage, ViewerRequest

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef as Message

MAX_MESSAGES_PER_CALL = 10
VISIBILITY_TIMEOUT_SECONDS = 15 * 60
"""Longer than the function runs, so that no message is received twice; if it is killed, they return then."""
WAIT_SECONDS = 1
"""With a wait, a receive asks all of the queue's servers, so that an empty answer means an empty queue."""


class SqsViewerMessages:
    """The messages of one queue that name the viewer; an erasure deletes them, and all others stay."""

    def __init__(self, client: "SQSClient", queue_url: str, *, name: str) -> None:
        self.name = name
        self._client = client
        self._queue_url = queue_url

    def serve(self, request: ViewerRequest, position: str | None) -> StorePage:  # noqa: ARG002
        """Receive every message once, and return the viewer's, without the others whom they name.

        Those that stay can be received again.
        """
        mention = ViewerMention(request.viewer_id)
        kept: list[Message] = []
        found: list[Message] = []
        try:
            for message in self._messages():
                (found if mention.is_in(message["Body"]) else kept).append(message)
            if request.erases:
                for message in found:
                    self._client.delete_message(
                        QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"]
                    )
        finally:
            self._put_back(kept if request.erases else [*kept, *found])
        return StorePage(
            records=[{"body": without_others(message["Body"], request.viewer_id)} for message in found]
        )

    def _messages(self) -> "Iterator[Message]":
        while messages := self._client.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=MAX_MESSAGES_PER_CALL,
            VisibilityTimeout=VISIBILITY_TIMEOUT_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
        ).get("Messages"):
            yield from messages

    def _put_back(self, messages: "Sequence[Message]") -> None:
        for start in range(0, len(messages), MAX_MESSAGES_PER_CALL):
            self._client.change_message_visibility_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(at), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
                    for at, message in enumerate(messages[start : start + MAX_MESSAGES_PER_CALL])
                ],
            )
