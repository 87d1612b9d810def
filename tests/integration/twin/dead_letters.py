"""Dead letters of the small system."""

import json
from typing import Any

from local.twin.twin import Twin
from tests.support.waiting import eventually


def dead_letter(twin: Twin, like: str) -> Any:
    """Return the next dead letter that contains this text."""

    def receive() -> Any:
        answer = twin.client("sqs").receive_message(QueueUrl=twin.output("DeadUrl"), MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            if like in message["Body"]:
                return json.loads(message["Body"])
        return None

    return eventually(receive, f"a dead letter like {like}")
