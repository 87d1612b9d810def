"""The events with which the state machine reports the result of an execution."""

from collections.abc import Mapping

from stacks.training.polling import Cases, State
from stacks.training.retries import RETRY_SAVE

SOURCE = "touchline.training"
DETAIL_TYPE = "Training Status"


def report(stage: str, status: str, detail: Mapping[str, str], after: str, catch: Cases) -> State:
    """Return a task that puts a status on the default event bus."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {
            "Entries": [
                {
                    "Source": SOURCE,
                    "DetailType": DETAIL_TYPE,
                    "Detail": {
                        "status": status,
                        "stage": stage,
                        "execution.$": "$$.Execution.Id",
                        **detail,
                    },
                }
            ]
        },
        "Retry": [RETRY_SAVE],
        "Catch": catch,
        "ResultPath": "$.report",
        "Next": after,
    }
