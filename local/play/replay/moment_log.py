"""The moments of a replay, read from the topic by a queue of the replay's own."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain.moment import Moment


class MomentLog:
    """Every moment that was published while the log was open, each once, in the order of its arrival."""

    def __init__(self, *, sns: Any, sqs: Any, topic_arn: str) -> None:
        self._sqs = sqs
        self.moments: dict[str, Moment] = {}
        name = f"replay-{uuid.uuid4().hex[:8]}"
        self._queue_url = sqs.create_queue(QueueName=name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["QueueArn"])
        sns.subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=attributes["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )

    def collect(self, tell: Callable[[Moment], None] | None = None) -> int:
        """Take in what is there now; answers how many moments were new, after telling each."""
        found = 0
        while True:
            messages = self._sqs.receive_message(
                QueueUrl=self._queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=0
            ).get("Messages", [])
            if not messages:
                return found
            for message in messages:
                moment = Moment.from_dict(json.loads(message["Body"]))
                if moment.id not in self.moments:
                    self.moments[moment.id] = moment
                    found += 1
                    if tell is not None:
                        tell(moment)
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages)
            ]
            self._sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries)

    def of(self, match_id: str) -> list[Moment]:
        """The moments of one match in the order of play, each in its last revision, less those retracted.

        What is told of a moment is the last word; when it was received and detected is the first edition's.
        """
        newest: dict[str, Moment] = {}
        for moment in sorted(self.moments.values(), key=_revision):
            if moment.match_id == match_id:
                first_id = str(moment.details.get("revises", moment.id))
                first = self.moments.get(first_id, moment)
                newest[first_id] = replace(
                    moment, received_at_ms=first.received_at_ms, detected_at_ms=first.detected_at_ms
                )
        standing = (moment for moment in newest.values() if not moment.details.get("retracted"))
        return sorted(standing, key=lambda moment: (*moment.order, moment.id))


def _revision(moment: Moment) -> int:
    """A moment published anew is `<id>~<n>`; the first edition carries no number."""
    number = moment.id.rpartition("~")[2]
    return int(number) if "revises" in moment.details and number.isdigit() else 0
