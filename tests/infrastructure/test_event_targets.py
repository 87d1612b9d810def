"""No event is lost on its way to a target: what cannot be delivered is kept, and watched."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.infrastructure.assembly import Assembly


def event_targets(assembly: Assembly) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield stack, logical id and target of each rule of EventBridge and each schedule."""
    for stack, template in assembly.templates.items():
        for name, resource in template["Resources"].items():
            match resource["Type"]:
                case "AWS::Events::Rule":
                    for target in resource["Properties"]["Targets"]:
                        yield stack, name, target
                case "AWS::Scheduler::Schedule":
                    yield stack, name, resource["Properties"]["Target"]


@pytest.mark.parametrize("stage", ["development", "production", "broadcast"])
def test_every_target_has_a_dead_letter_queue(stage: str, request: pytest.FixtureRequest) -> None:
    targets = list(event_targets(request.getfixturevalue(stage)))
    assert {stack for stack, _, _ in targets} >= {"TrainingStack", "PrivacyStack", "OperationsStack"}
    assert [(stack, name) for stack, name, target in targets if "DeadLetterConfig" not in target] == []


def test_the_start_of_a_training_is_tried_for_a_day_and_then_kept(development: Assembly) -> None:
    # GIVEN the schedule and the rule of complete uploads, whose targets are the state machine
    starts = [
        target
        for stack, _, target in event_targets(development)
        if stack == "TrainingStack" and "Machine" in json.dumps(target["Arn"])
    ]
    assert len(starts) == 2
    # THEN EventBridge has its own policy, 185 attempts within a day
    assert all("RetryPolicy" not in target for target in starts)
    # AND what it gives up goes to a queue that accepts it from every rule, and that an alarm watches
    assert all("DeadLetters" in json.dumps(target["DeadLetterConfig"]) for target in starts)
    accepted = [
        statement
        for name, policy in development.of_type("DataStack", "AWS::SQS::QueuePolicy").items()
        if name.startswith("DeadLettersPolicy")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and statement["Principal"] == {"Service": "events.amazonaws.com"}
    ]
    assert [statement["Action"] for statement in accepted] == ["sqs:SendMessage"]
    assert ":rule/*" in json.dumps(accepted[0]["Condition"])
