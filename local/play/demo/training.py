"""The first training of a deployment: upload a clickstream, run the state machine, deploy the campaign.

The clickstream is of earlier matches between the two teams, in the demo's world of tastes. The personas were
among the viewers, so that the recommender knows their traits.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from domain.interaction import RecordedInteraction
from domain.match import Match
from local.play.replay.errors import ReplayError
from local.play.replay.persona import Persona
from local.study.simulator.clickstream import INTERVAL_SECONDS, SLATE_SIZE, records, simulate
from local.study.tastes.demo_world import make_demo_world

CAMPAIGN_STACK = "CampaignStack"
SEED = 7
VIEWERS = 2500
INTERACTIONS = 45_000
TIMEOUT_SECONDS = 900
POLL_SECONDS = 1
RUNNING = "RUNNING"


class TrainableTwin(Protocol):
    """What a training uses of a twin."""

    @property
    def outputs(self) -> dict[str, dict[str, str]]:
        """Every stack's outputs by name."""

    def client(self, service: str) -> Any:
        """Return a boto3 client of the twin."""

    def deploy(self, stack: str) -> object:
        """Deploy a stack of a nested stage."""


def train(twin: TrainableTwin, match: Match, personas: Sequence[Persona] = ()) -> int:
    """Train on a simulated history, deploy the campaign, and return the number of rows in the history.

    Raises ReplayError with the state machine's own reason when the training fails.
    """
    rows = upload_history(twin, match, personas)
    execute(twin.client("stepfunctions"), _flat(twin)["TrainingStateMachineArn"])
    twin.deploy(CAMPAIGN_STACK)
    return rows


def upload_history(
    twin: TrainableTwin, match: Match, personas: Sequence[Persona] = (), *, interactions: int = INTERACTIONS
) -> int:
    """Upload the clickstream of earlier matches, and return the number of its rows."""
    flat = _flat(twin)
    lines = [json.dumps(row.to_dict()) for row in _history(match, personas, interactions)]
    yesterday = datetime.now(tz=UTC) - timedelta(days=1)
    key = f"interactions/date={yesterday:%Y-%m-%d}/match={match.id}/history.json"
    twin.client("s3").put_object(Bucket=flat["RawBucketName"], Key=key, Body="\n".join(lines).encode())
    return len(lines)


def _flat(twin: TrainableTwin) -> dict[str, str]:
    return {name: value for outputs in twin.outputs.values() for name, value in outputs.items()}


def _history(match: Match, personas: Sequence[Persona], interactions: int) -> Iterator[RecordedInteraction]:
    """Yield the interactions of simulated viewers, the newest of an hour ago.

    Each persona has done what one simulated viewer of the same cohort did.
    """
    world = make_demo_world(match, seed=SEED, viewers=VIEWERS, held_out=0)
    length = timedelta(seconds=INTERVAL_SECONDS * (interactions // SLATE_SIZE))
    begins_at = datetime.now(tz=UTC) - timedelta(hours=1) - length
    cohorts = [world.population.cohort_of(viewer) for viewer in range(VIEWERS)]
    alike: dict[str, list[str]] = {}
    for persona in personas:
        if persona.traits.cohort in cohorts:
            viewer_id = world.population.viewer_ids[cohorts.index(persona.traits.cohort)]
            alike.setdefault(viewer_id, []).append(persona.traits.viewer_id)
    for row in records(world, simulate(world, interactions), begins_at=begins_at):
        yield row
        for viewer_id in alike.get(row.viewer_id, ()):
            yield replace(row, viewer_id=viewer_id)


def execute(client: Any, state_machine_arn: str, **given: Any) -> None:
    """Run the training with this input, and wait for its end; raises ReplayError with its own reason."""
    execution_arn = client.start_execution(
        stateMachineArn=state_machine_arn,
        name=f"training-{time.time_ns()}",
        input=json.dumps({"pollSeconds": POLL_SECONDS, **given}),
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
