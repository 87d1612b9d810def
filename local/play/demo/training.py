"""The first training of a deployment: upload a clickstream, run the state machine, deploy the campaign."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from domain.detection.engine import MatchEngine
from domain.interaction import RecordedInteraction
from domain.moment import Moment
from local.play.feeds.feed import Feed
from local.play.replay.errors import ReplayError
from local.study.simulator.match_clickstream import context_versions, match_clickstream
from local.study.simulator.world import read_components

CAMPAIGN_STACK = "CampaignStack"
VIEWERS, SCREENS_PER_VIEWER = 400, 12
TIMEOUT_SECONDS = 180
POLL_SECONDS = 1
RUNNING = "RUNNING"


class TrainableTwin(Protocol):
    """What a training uses of a twin."""

    @property
    def outputs(self) -> dict[str, dict[str, str]]:
        """Every stack's outputs by name."""

    def client(self, service: str) -> Any:
        """Return a boto3 client of the twin."""

    def deploy(self, stack: str) -> None:
        """Deploy a stack of a nested stage."""


def train(twin: TrainableTwin, feed: Feed) -> int:
    """Train on a simulated history, deploy the campaign, and return the number of rows in the history.

    Raises ReplayError with the state machine's own reason when the training fails.
    """
    flat = {name: value for outputs in twin.outputs.values() for name, value in outputs.items()}
    lines = [json.dumps(row.to_dict()) for row in _history(feed)]
    yesterday = datetime.now(tz=UTC) - timedelta(days=1)
    key = f"interactions/date={yesterday:%Y-%m-%d}/match={feed.match.id}/history.json"
    twin.client("s3").put_object(Bucket=flat["RawBucketName"], Key=key, Body="\n".join(lines).encode())
    _execute(twin.client("stepfunctions"), flat["TrainingStateMachineArn"])
    twin.deploy(CAMPAIGN_STACK)
    return len(lines)


def _history(feed: Feed) -> list[RecordedInteraction]:
    return list(
        match_clickstream(
            match=feed.match,
            contexts=context_versions(feed.match, _moments(feed)),
            components=read_components(),
            viewers=VIEWERS,
            screens=SCREENS_PER_VIEWER,
            until=datetime.now(tz=UTC) - timedelta(hours=1),
        )
    )


def _moments(feed: Feed) -> list[Moment]:
    engine = MatchEngine(feed.match.id)
    return [moment for signal in feed.signals for moment in engine.observe(signal).moments]


def _execute(client: Any, state_machine_arn: str) -> None:
    execution_arn = client.start_execution(
        stateMachineArn=state_machine_arn,
        name=f"first-{time.time_ns()}",
        input=json.dumps({"pollSeconds": POLL_SECONDS}),
    )["executionArn"]
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        execution = client.describe_execution(executionArn=execution_arn)
        if execution["status"] == "SUCCEEDED":
            return
        if execution["status"] != RUNNING:
            reason = execution.get("cause") or execution.get("error") or "no reason given"
            raise ReplayError(
                f"training: expected the state machine to succeed, got {execution['status']}: {reason}"
            )
        time.sleep(0.2)
    raise ReplayError(
        f"training: expected the state machine to end within {TIMEOUT_SECONDS} seconds, it is still running"
    )
