"""Topics in SNS."""

import json
from typing import TYPE_CHECKING

from domain.moment import Moment

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient


class SnsMomentTopic:
    """The topic `moments`; moments that operators inject are published like detected ones."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, moment: Moment) -> None:
        """Publish a moment as JSON."""
        body = json.dumps(moment.to_dict(), separators=(",", ":"), ensure_ascii=False)
        self._client.publish(TopicArn=self._topic_arn, Message=body)
