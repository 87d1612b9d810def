"""The running system of the end-to-end tests, used as providers and apps use it."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from domain.cohort import Cohort, ViewerTraits
from domain.match import Side
from domain.signal import Signal
from local.play.replay.feed_client import FeedClient
from local.play.replay.stack_outputs import StackOutputs
from local.play.replay.token_minter import TokenMinter
from local.twin.twin import Twin
from tests.support.feed_entries import goal

TIMEOUT_SECONDS = 90.0


class Rig:
    """A running twin with its stack outputs, and short ways to use them."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        self.outputs = StackOutputs.read(twin.outputs)
        secret = twin.client("secretsmanager").get_secret_value(SecretId=self.outputs.feed_keys_secret_arn)
        self.key = json.loads(secret["SecretString"])["default"]
        self.minter = TokenMinter(issuer=self.outputs.token_issuer, audience=self.outputs.token_audience)

    def feed(self) -> FeedClient:
        """Return a client of the ingest endpoint that signs with the deployed key."""
        return FeedClient(url=self.outputs.feed_url, provider="vendor", key=self.key)

    def token(self, viewer_id: str, **options: Any) -> str:
        """Return an ID token of a viewer."""
        traits = ViewerTraits(viewer_id=viewer_id, cohort=Cohort(favourite_team="Italy"))
        return self.minter.id_token(traits, **options)

    def dead_letters(self) -> list[dict[str, Any]]:
        """Receive and delete the messages of the dead-letter queue."""
        sqs, url = self.twin.client("sqs"), self.twin.output("DeadLettersQueueUrl")
        found = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


def goals(match_id: str, minutes: Sequence[int]) -> list[Signal]:
    """Return goals of the away team in the first half."""
    return [
        replace(
            goal(Side.AWAY, 1, minute, f"Scorer {minute}", signal_id=f"{match_id}-{minute}"),
            match_id=match_id,
        )
        for minute in minutes
    ]


async def eventually(holds: Callable[[], Any], what: str, seconds: float = TIMEOUT_SECONDS) -> Any:
    """Wait until a condition holds and return its value; fail with what was awaited."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = await asyncio.to_thread(holds)
        if value:
            return value
        await asyncio.sleep(0.1)
    pytest.fail(f"waited {seconds:.0f} s for {what}")
