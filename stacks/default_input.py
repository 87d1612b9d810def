"""States that set a field of an execution's input if it is not given."""

from typing import Any

State = dict[str, Any]


def default_input(field: str, value: object, *, choice: str, assignment: str, after: str) -> dict[str, State]:
    """Return the state `choice`, and the state `assignment` that sets the field; both go on to `after`."""
    return {
        choice: {
            "Type": "Choice",
            "Choices": [{"Variable": f"$.{field}", "IsPresent": True, "Next": after}],
            "Default": assignment,
        },
        assignment: {"Type": "Pass", "Result": value, "ResultPath": f"$.{field}", "Next": after},
    }
