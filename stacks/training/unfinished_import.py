"""States that find an import of interactions whose end no execution has seen.

The job is stored before it is created, and forgotten when the end of its span is stored. An execution that
was stopped or failed in between leaves it behind: the next one waits until the job has ended and takes over
its result, so that the span is not imported again.
"""

from stacks.training.imports import import_polling
from stacks.training.polling import Cases, State, polling
from stacks.training.retries import RETRY_SAVE, SYSTEMS_MANAGER, retry_call

STARTED = "$.starting"
"""The path of the job's name, its ARN and the end of its span."""


def save_started_state(parameter_name: str, catch: Cases, after: str) -> State:
    """Return a task that stores the job at `$.starting` before it is created."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ssm:putParameter",
        "Parameters": {
            "Name": parameter_name,
            "Value.$": f"States.JsonToString({STARTED})",
            "Type": "String",
            "Description": "An import of interactions that was started",
            "Overwrite": True,
        },
        "Retry": [RETRY_SAVE],
        "Catch": catch,
        "ResultPath": "$.saved",
        "Next": after,
    }


def forget_started_state(parameter_name: str, catch: Cases, after: str) -> State:
    """Return a task that deletes what `save_started_state` stored."""
    absent = {"ErrorEquals": ["Ssm.ParameterNotFoundException"], "ResultPath": "$.saved", "Next": after}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ssm:deleteParameter",
        "Parameters": {"Name": parameter_name},
        "Retry": [retry_call(SYSTEMS_MANAGER)],
        "Catch": [absent, *catch],
        "ResultPath": "$.saved",
        "Next": after,
    }


def unfinished_import_states(
    started_parameter: str, imported_parameter: str, catch: Cases, after: str
) -> dict[str, State]:
    """Return the states from `ReadStartedImport`, which end at `after`."""
    none_started = {
        "ErrorEquals": ["Ssm.ParameterNotFoundException"],
        "ResultPath": "$.absent",
        "Next": after,
    }
    # The execution failed before it created the job.
    not_created = {
        "ErrorEquals": ["Personalize.ResourceNotFoundException"],
        "ResultPath": "$.absent",
        "Next": after,
    }
    watch = polling(
        import_polling("Unfinished", {"Next": "SaveUnfinished"}, failure_state=after),
        catch=[not_created, *catch],
    )
    # It may still end: the same interactions must not be imported beside it.
    watch["UnfinishedOverdue"]["Next"] = "ReportFailure"
    return {
        "ReadStartedImport": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
            "Parameters": {"Name": started_parameter},
            "ResultSelector": {"job.$": "States.StringToJson($.Parameter.Value)"},
            "Retry": [retry_call(SYSTEMS_MANAGER)],
            "Catch": [none_started, *catch],
            "ResultPath": "$.unfinished",
            "Next": "TakeUnfinished",
        },
        "TakeUnfinished": {
            "Type": "Pass",
            "Parameters": {"DatasetImportJobArn.$": "$.unfinished.job.arn"},
            "ResultPath": "$.started",
            "Next": "CountUnfinished",
        },
        **watch,
        "SaveUnfinished": save_imported_until_state(
            imported_parameter, "$.unfinished.job.until", catch, "ForgetUnfinished"
        ),
        "ForgetUnfinished": forget_started_state(started_parameter, catch, after),
    }


def save_imported_until_state(parameter_name: str, until: str, catch: Cases, after: str) -> State:
    """Return a task that saves the end of a span, from which the next increment begins."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ssm:putParameter",
        "Parameters": {
            "Name": parameter_name,
            "Value.$": until,
            "Type": "String",
            "Description": "The time up to which the clickstream is imported",
            "Overwrite": True,
        },
        "Retry": [RETRY_SAVE],
        "Catch": catch,
        "ResultPath": "$.saved",
        "Next": after,
    }
