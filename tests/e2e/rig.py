"""The running system of the end-to-end tests, used as providers and apps use it."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from domain.cohort import Cohort, ViewerTraits
from domain.match import Side
from domain.signal import Signal
from local.play.demo.training import execute
from local.play.replay.feed_client import FeedClient
from local.play.replay.stack_outputs import StackOutputs
from local.play.replay.token_minter import TokenMinter
from local.twin.twin import Twin
from tests.support.feed_entries import goal

TIMEOUT_SECONDS = 90.0
LONE_MINUTES = (4, 11, 18)
"""Minutes of goals that make one Moment each.

After a longer silence a goal's entry makes lulls as well, and three goals within fewer minutes a rush.
The topic does not keep the order of Moments, so a lull that comes before its goal is a version of its own.
"""


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

    def function(self, module: str) -> str:
        """Return the name of the function with this handler."""
        handler = f"lambdas.handlers.{module}.handler"
        functions = self.twin.client("lambda").list_functions()["Functions"]
        return str(next(each["FunctionName"] for each in functions if each["Handler"] == handler))

    @contextmanager
    def environment(self, module: str, **variables: str) -> Iterator[None]:
        """Change variables of a function for some time; its connections stay."""
        functions, name = self.twin.client("lambda"), self.function(module)
        before = functions.get_function_configuration(FunctionName=name)["Environment"]
        changed = {"Variables": {**before["Variables"], **variables}}
        functions.update_function_configuration(FunctionName=name, Environment=changed)
        yield
        functions.update_function_configuration(FunctionName=name, Environment=before)

    def queue_url(self, module: str) -> str:
        """Return the URL of the queue that a function reads."""
        mappings = self.twin.client("lambda").list_event_source_mappings(FunctionName=self.function(module))
        (mapping,) = mappings["EventSourceMappings"]
        name = mapping["EventSourceArn"].rpartition(":")[2]
        return str(self.twin.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])

    def killed(self, module: str) -> set[str]:
        """Return the last lines by which a function's invocations ended when it was killed."""
        return {line for line in self.twin.logs(module) if "signal: SIGKILL" in line}

    def run_training(self, **given: Any) -> None:
        """Run the training state machine on what has been uploaded."""
        execute(self.twin.client("stepfunctions"), self.twin.output("TrainingStateMachineArn"), **given)

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
    """Return goals of the away team in the first half.

    A test that counts versions takes minutes from `LONE_MINUTES`.
    """
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
