"""The moments that a replay caused, read from the topic through a queue of its own."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain.moment import RETRACTED, REVISES, Moment


class MomentLog:
    """Every moment published since the log was created, each once, in order of arrival."""

    def __init__(self, *, sns: Any, sqs: Any, topic_arn: str) -> None:
        self._sns, self._sqs = sns, sqs
        self.moments: dict[str, Moment] = {}
        name = f"replay-{uuid.uuid4().hex[:8]}"
        self._queue_url = sqs.create_queue(QueueName=name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["QueueArn"])
        queue_arn = attributes["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(
            QueueUrl=self._queue_url, Attributes={"Policy": json.dumps(_policy(queue_arn, topic_arn))}
        )
        self._subscription_arn = sns.subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=queue_arn,
            Attributes={"RawMessageDelivery": "true"},
        )["SubscriptionArn"]

    def collect(self, on_moment: Callable[[Moment], None] | None = None) -> int:
        """Receive what is queued, call `on_moment` for each new moment, and return how many were new."""
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
                    if on_moment is not None:
                        on_moment(moment)
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages)
            ]
            self._sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries)

    def close(self) -> None:
        """Delete the queue and its subscription; what was collected stays."""
        self._sns.unsubscribe(SubscriptionArn=self._subscription_arn)
        self._sqs.delete_queue(QueueUrl=self._queue_url)

    def final_moments(self, match_id: str) -> list[Moment]:
        """Return the moments of a match in the order of play, in their last revision, without retracted ones.

        The times of reception and detection are those of the first revision.
        """
        newest: dict[str, Moment] = {}
        for moment in sorted(self.moments.values(), key=_publication_order):
            if moment.match_id == match_id:
                first_id = str(moment.details.get(REVISES, moment.id))
                first = self.moments.get(first_id, moment)
                newest[first_id] = replace(
                    moment, received_at_ms=first.received_at_ms, detected_at_ms=first.detected_at_ms
                )
        valid = (moment for moment in newest.values() if not moment.details.get(RETRACTED))
        return sorted(valid, key=lambda moment: (*moment.order, moment.sequence or 0, moment.id))


def _policy(queue_arn: str, topic_arn: str) -> dict[str, Any]:
    """Return the policy that lets a topic send to a queue."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
            }
        ],
    }


def _publication_order(moment: Moment) -> tuple[int, int]:
    return (moment.sequence or 0, _revision(moment))


def _revision(moment: Moment) -> int:
    """Return the number in the id of a revision, `<id>~<n>`; 0 for the first revision."""
    number = moment.id.rpartition("~")[2]
    return int(number) if REVISES in moment.details and number.isdigit() else 0
