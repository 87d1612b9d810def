"""States that poll a Personalize resource until it is active, has failed, or a maximum number of polls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stacks.training.retries import CALL_ATTEMPTS, PERSONALIZE, WATCH_ATTEMPTS, retry_call

State = dict[str, Any]
Cases = list[State]
"""The value of a state's field `Catch`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """A resource to poll, the maximum number of polls and the states that follow."""

    name: str
    """The word that the names of the states contain."""
    describe: str
    """The action that describes the resource."""
    parameters: Mapping[str, str]
    """The parameters of that action."""
    resource: str
    """The path of the resource in the action's result."""
    max_polls: int
    when_active: Mapping[str, object]
    """The `Next` or `End` field of the state that follows."""
    failure_state: str | None = None
    """The state that follows a failure; None ends the branch of a parallel state with a Fail state."""


def personalize_call(action: str, parameters: Mapping[str, object], **fields: object) -> State:
    """Return a task that calls Personalize, and repeats throttled calls and those without an answer."""
    is_read = action.startswith(("describe", "get"))
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:personalize:{action}",
        "Parameters": dict(parameters),
        "Retry": [retry_call(PERSONALIZE, attempts=WATCH_ATTEMPTS if is_read else CALL_ATTEMPTS)],
        **fields,
    }


def polling(polled: Polling, *, catch: Cases | None = None) -> dict[str, State]:
    """Return the states of the loop; it starts at `Count<name>`."""
    name, found = polled.name, f"$.described.{polled.resource}"
    failures = {
        f"{name}Failed": ("PersonalizeFailed", {"path": f"{found}.FailureReason"}),
        f"{name}Stopped": ("PersonalizeStopped", {"text": f"{name} was stopped"}),
        f"{name}Overdue": (
            "PersonalizeOverdue",
            {"text": f"{name}: expected ACTIVE within {polled.max_polls} polls; it is still in progress"},
        ),
    }
    return {
        f"Count{name}": {
            "Type": "Pass",
            "Result": {"polls": 0},
            "ResultPath": "$.count",
            "Next": f"Await{name}",
        },
        f"Await{name}": {"Type": "Wait", "SecondsPath": "$.pollSeconds", "Next": f"Describe{name}"},
        f"Describe{name}": personalize_call(
            polled.describe,
            polled.parameters,
            **({"Catch": catch} if catch else {}),
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
                    "Variable": "$.count.polls",
                    "NumericGreaterThanEquals": polled.max_polls,
                    "Next": f"{name}Overdue",
                },
            ],
            "Default": f"Increment{name}Count",
        },
        f"Increment{name}Count": {
            "Type": "Pass",
            "Parameters": {"polls.$": "States.MathAdd($.count.polls, 1)"},
            "ResultPath": "$.count",
            "Next": f"Await{name}",
        },
        f"{name}Active": {"Type": "Pass", **polled.when_active},
        **{state: _failure(error, cause, polled.failure_state) for state, (error, cause) in failures.items()},
    }


def counted_wait(name: str, *, count: str, most: int, then: str) -> dict[str, State]:
    """Return the states from `Is<name>Overdue`, which wait for others and go on to the state `then`.

    `count` is the path of the number of waits, which starts at 0; after `most` comes `<name>Overdue`.
    """
    return {
        f"Is{name}Overdue": {
            "Type": "Choice",
            "Choices": [
                {
                    "Variable": f"{count}.polls",
                    "NumericGreaterThanEquals": most,
                    "Next": f"{name}Overdue",
                }
            ],
            "Default": f"Increment{name}Count",
        },
        f"Increment{name}Count": {
            "Type": "Pass",
            "Parameters": {"polls.$": f"States.MathAdd({count}.polls, 1)"},
            "ResultPath": count,
            "Next": f"Await{name}",
        },
        f"Await{name}": {"Type": "Wait", "SecondsPath": "$.pollSeconds", "Next": then},
    }


def _failure(error: str, cause: Mapping[str, str], failure_state: str | None) -> State:
    if failure_state is None:
        reason = {"CausePath": cause["path"]} if "path" in cause else {"Cause": cause["text"]}
        return {"Type": "Fail", "Error": error, **reason}
    reason = {"Cause.$": cause["path"]} if "path" in cause else {"Cause": cause["text"]}
    return {
        "Type": "Pass",
        "Parameters": {"Error": error, **reason},
        "ResultPath": "$.failure",
        "Next": failure_state,
    }
