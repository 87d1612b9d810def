"""States that wait for Personalize: bounded, and ending in what the resource came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

State = dict[str, Any]
Cases = list[State]
THROTTLED = {
    "ErrorEquals": ["Personalize.LimitExceededException", "Personalize.PersonalizeException"],
    "IntervalSeconds": 5,
    "BackoffRate": 2,
    "MaxAttempts": 5,
}
REMEMBERING = {
    "ErrorEquals": ["States.TaskFailed"],
    "IntervalSeconds": 5,
    "BackoffRate": 2,
    "MaxAttempts": 5,
}
"""What is done already must not be forgotten for a throttle's sake; to write it down twice is harmless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """What is described, where its status stands in the answer, and how often it is asked."""

    name: str
    describe: str
    parameters: Mapping[str, str]
    settled: str
    tries: int
    when_active: Mapping[str, object]
    when_settled_otherwise: str | None = None
    """The state that tells of a failure; None ends the branch of a parallel state."""


def personalize_call(action: str, parameters: Mapping[str, object], **rest: object) -> State:
    """A task that calls Personalize, again when it is throttled."""
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:personalize:{action}",
        "Parameters": dict(parameters),
        "Retry": [THROTTLED],
        **rest,
    }


def polling(ask: Polling, *, caught: Cases | None = None) -> dict[str, State]:
    """Wait, describe, and again until the resource is active, failed, was stopped, or is overdue."""
    name, found = ask.name, f"$.described.{ask.settled}"
    endings = {
        f"{name}Failed": ("PersonalizeFailed", {"path": f"{found}.FailureReason"}),
        f"{name}Stopped": ("PersonalizeStopped", {"text": f"{name}: somebody stopped it"}),
        f"{name}Overdue": (
            "PersonalizeOverdue",
            {"text": f"{name}: expected ACTIVE within {ask.tries} tries, it is still under way"},
        ),
    }
    return {
        f"Count{name}": {
            "Type": "Pass",
            "Result": {"tries": 0},
            "ResultPath": "$.count",
            "Next": f"Await{name}",
        },
        f"Await{name}": {"Type": "Wait", "SecondsPath": "$.pollSeconds", "Next": f"Describe{name}"},
        f"Describe{name}": personalize_call(
            ask.describe,
            ask.parameters,
            **({"Catch": caught} if caught else {}),
            ResultPath="$.described",
            Next=f"Is{name}Active",
        ),
        f"Is{name}Active": {
            "Type": "Choice",
            "Choices": [
                {"Variable": f"{found}.Status", "StringEquals": "ACTIVE", "Next": f"{name}Active"},
                {"Variable": f"{found}.Status", "StringEquals": "CREATE FAILED", "Next": f"{name}Failed"},
                {"Variable": f"{found}.Status", "StringEquals": "CREATE STOPPED", "Next": f"{name}Stopped"},
                {
                    "Variable": "$.count.tries",
                    "NumericGreaterThanEquals": ask.tries,
                    "Next": f"{name}Overdue",
                },
            ],
            "Default": f"CountOn{name}",
        },
        f"CountOn{name}": {
            "Type": "Pass",
            "Parameters": {"tries.$": "States.MathAdd($.count.tries, 1)"},
            "ResultPath": "$.count",
            "Next": f"Await{name}",
        },
        f"{name}Active": {"Type": "Pass", **ask.when_active},
        **{
            state: _ending(error, cause, ask.when_settled_otherwise)
            for state, (error, cause) in endings.items()
        },
    }


def _ending(error: str, cause: Mapping[str, str], told_by: str | None) -> State:
    if told_by is None:
        reason = {"CausePath": cause["path"]} if "path" in cause else {"Cause": cause["text"]}
        return {"Type": "Fail", "Error": error, **reason}
    reason = {"Cause.$": cause["path"]} if "path" in cause else {"Cause": cause["text"]}
    return {
        "Type": "Pass",
        "Parameters": {"Error": error, **reason},
        "ResultPath": "$.failure",
        "Next": told_by,
    }
