"""Topics in SNS."""

import json
from typing import Any

from domain.moment import Moment


class SnsMomentTopic:
    """The topic `moments`, to which an operator's moments go like any other."""

    def __init__(self, client: Any, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, moment: Moment) -> None:
        """Publish a moment in its JSON form."""
        body = json.dumps(moment.to_dict(), separators=(",", ":"), ensure_ascii=False)
        self._client.publish(TopicArn=self._topic_arn, Message=body)
