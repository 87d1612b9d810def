"""Where moments and dead letters leave Flink: one call each, answered before the record counts as done.

Flink has no sink for SNS that Python can use. A call that is awaited inside the operator gives the same
promise as an at-least-once sink: a checkpoint passes only after the call, and a failed call fails the job,
which then goes on from its last checkpoint. What is published twice has the same id: readers know it by that.
"""

import json
from typing import Any

import boto3
from botocore.config import Config

from domain.moment import Moment

RETRIES = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=3, read_timeout=5)


class MomentsTopic:
    """The SNS topic of moments."""

    def __init__(self, topic_arn: str, *, region: str, endpoint_url: str | None) -> None:
        self._topic_arn = topic_arn
        self._sns: Any = boto3.client("sns", region_name=region, endpoint_url=endpoint_url, config=RETRIES)

    def publish(self, moment: Moment) -> None:
        """Notify everybody of a moment."""
        self._sns.publish(
            TopicArn=self._topic_arn,
            Message=json.dumps(moment.to_dict()),
            MessageAttributes={
                "match_id": {"DataType": "String", "StringValue": moment.match_id},
                "type": {"DataType": "String", "StringValue": moment.type.value},
            },
        )


class DeadLettersQueue:
    """The SQS queue of what was refused."""

    def __init__(self, queue_url: str, *, region: str, endpoint_url: str | None) -> None:
        self._queue_url = queue_url
        self._sqs: Any = boto3.client("sqs", region_name=region, endpoint_url=endpoint_url, config=RETRIES)

    def put(self, letter: str) -> None:
        """Keep a refused record."""
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=letter)
