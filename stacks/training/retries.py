"""How often a task repeats a call that failed through no fault of its own.

Step Functions names errors by the service: a connection that was lost is `Ssm.SdkClientException`, and an
error that the API does not declare, such as a throttled call, is `Ssm.SsmException`.
"""

from typing import Any

PERSONALIZE, SYSTEMS_MANAGER, STEP_FUNCTIONS, GLUE = "Personalize", "Ssm", "Sfn", "Glue"
THROTTLED = {
    PERSONALIZE: ("LimitExceededException", "PersonalizeException"),
    SYSTEMS_MANAGER: ("InternalServerErrorException", "TooManyUpdatesException", "SsmException"),
    STEP_FUNCTIONS: ("SfnException",),
    GLUE: ("AWSGlueException", "GlueException"),
}
"""The names of throttled calls and of failures inside the service, by service."""
CALL_ATTEMPTS = 8
"""Five minutes."""
WATCH_ATTEMPTS = 60
"""An hour: a watch lasts as long as an import or a training, and its end must not be missed."""
INTERVAL_SECONDS = 5
MAX_DELAY_SECONDS = 60


def retry_call(service: str, *, attempts: int = CALL_ATTEMPTS) -> dict[str, Any]:
    """Return the retrier of a call for lost connections, throttling and failures inside the service."""
    errors = ("SdkClientException", *THROTTLED[service])
    return _retrier([f"{service}.{error}" for error in errors], attempts)


def _retrier(errors: list[str], attempts: int) -> dict[str, Any]:
    return {
        "ErrorEquals": errors,
        "IntervalSeconds": INTERVAL_SECONDS,
        "BackoffRate": 2,
        "MaxDelaySeconds": MAX_DELAY_SECONDS,
        "MaxAttempts": attempts,
    }


RETRY_SAVE = _retrier(["States.TaskFailed"], CALL_ATTEMPTS)
"""For tasks that save progress or report it: they are idempotent, and neither may be lost."""
