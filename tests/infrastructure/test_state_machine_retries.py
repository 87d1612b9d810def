"""Every task of every state machine survives a lost connection and a throttled call."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from stacks.training.retries import THROTTLED
from tests.infrastructure.assembly import Assembly

AWS_SDK = "arn:aws:states:::aws-sdk:"
SERVICES = {"personalize": "Personalize", "ssm": "Ssm", "sfn": "Sfn"}
"""How errors are named, by the service in a task's resource."""
ANY_ERROR = {"States.TaskFailed", "States.ALL"}


def machines(assembly: Assembly) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the definition of each state machine of a stage, in which references are replaced."""
    for template in assembly.templates.values():
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::StepFunctions::StateMachine":
                parts = resource["Properties"]["DefinitionString"]["Fn::Join"][1]
                text = "".join(part if isinstance(part, str) else "reference" for part in parts)
                yield name, json.loads(text)


def tasks(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        if state["Type"] == "Task":
            yield name, state
        for branch in state.get("Branches", []):
            yield from tasks(branch)


def retried(state: dict[str, Any]) -> set[str]:
    return {error for retrier in state.get("Retry", []) for error in retrier["ErrorEquals"]}


@pytest.mark.parametrize("stage", ["development", "production"])
def test_every_task_is_repeated_after_a_lost_connection_and_a_throttled_call(
    stage: str, request: pytest.FixtureRequest
) -> None:
    # GIVEN the state machines of a stage
    found = list(machines(request.getfixturevalue(stage)))
    assert len(found) == 2
    for machine, definition in found:
        for name, state in tasks(definition):
            errors = retried(state)
            if errors & ANY_ERROR:
                continue
            # THEN each call of an API is repeated after both
            if state["Resource"].startswith(AWS_SDK):
                service = SERVICES[state["Resource"].removeprefix(AWS_SDK).partition(":")[0]]
                expected = {f"{service}.{each}" for each in ("SdkClientException", *THROTTLED[service])}
                assert expected <= errors, (machine, name)
            # AND so is each job and function
            else:
                assert any(error.endswith(".SdkClientException") for error in errors), (machine, name)


def test_a_watch_outlasts_an_interruption_of_an_hour(development: Assembly) -> None:
    # GIVEN that an import may take six hours, and its end must not be missed
    watches = [
        (name, state)
        for _, definition in machines(development)
        for name, state in tasks(definition)
        if ":personalize:describe" in state["Resource"]
    ]
    assert len(watches) == 8
    for name, state in watches:
        (retrier,) = state["Retry"]
        waits = [
            min(retrier["IntervalSeconds"] * retrier["BackoffRate"] ** attempt, retrier["MaxDelaySeconds"])
            for attempt in range(retrier["MaxAttempts"])
        ]
        assert sum(waits) > 3300, name
