"""States that import datasets into Personalize: a Glue job writes each dataset, an import job loads it.

An execution imports what arrived up to its own start: all of it in FULL mode, otherwise from the start of the
last execution that imported the interactions. Users and items replace the record with the same id, so their
import is idempotent. Interactions are appended, so they are imported last, right before the time is saved: a
failed execution neither imports an interaction twice nor leaves one out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stacks.training.polling import (
    RETRY_SAVE,
    Cases,
    Polling,
    State,
    personalize_call,
    polling,
)

MAX_IMPORT_POLLS = 3 * 60
JOB_TIMEOUT_SECONDS = 3 * 3600
FULL_HISTORY = "always"
"""The value of a job's argument `--since` that selects the full history."""
SINCE = "$.since.instant"
UNTIL = {"--until.$": "$$.Execution.StartTime"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A dataset, the Glue job that writes it and the S3 location it is imported from."""

    dataset: str
    job_name: str
    dataset_arn: str
    location: str
    name_prefix: str
    """The beginning of the import job's name."""


def import_branch(dataset: Import, role_arn: str) -> State:
    """Return a parallel branch that writes a dataset and imports it in the mode `$.importMode`."""
    name = dataset.dataset.capitalize()
    return {
        "StartAt": f"Write{name}",
        "States": {
            **_job_states(name, dataset.job_name, SINCE, {"Next": f"Import{name}"}),
            f"Import{name}": _import_call(dataset, role_arn),
            **polling(_import_polling(name, {"End": True})),
        },
    }


def import_states(dataset: Import, role_arn: str, catch: Cases, after: str) -> dict[str, State]:
    """Return states that import a dataset already written, with a metric attribution report."""
    name = dataset.dataset.capitalize()
    call = _import_call(dataset, role_arn, Catch=catch)
    call["Parameters"]["PublishAttributionMetricsToS3"] = True
    return {
        f"Import{name}": call,
        **polling(_import_polling(name, {"Next": after}, failure_state="ReportFailure"), catch=catch),
    }


def job_branch(dataset: str, job_name: str, *, since: str | None = None) -> State:
    """Return a parallel branch that runs one job; `since` is the path of its start time, None reads all."""
    name = dataset.capitalize()
    return {"StartAt": f"Write{name}", "States": _job_states(name, job_name, since, {"End": True})}


def time_span_states(parameter_name: str, catch: Cases) -> dict[str, State]:
    """Return the states from `IsIncremental` to `PrepareDatasets`, which set `$.since.instant`.

    The mode NONE goes on to `DescribeSolution` instead.
    """
    never_imported = {
        "ErrorEquals": ["Ssm.ParameterNotFoundException"],
        "ResultPath": "$.first",
        "Next": "ChangeToFullImport",
    }
    return {
        "IsIncremental": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.importMode", "StringEquals": "INCREMENTAL", "Next": "ReadImportedUntil"},
                {"Variable": "$.importMode", "StringEquals": "NONE", "Next": "DescribeSolution"},
            ],
            "Default": "SelectFullHistory",
        },
        # Personalize refuses an incremental import into a dataset that has had no full import.
        "ChangeToFullImport": {
            "Type": "Pass",
            "Result": "FULL",
            "ResultPath": "$.importMode",
            "Next": "SelectFullHistory",
        },
        "SelectFullHistory": {
            "Type": "Pass",
            "Result": {"instant": FULL_HISTORY},
            "ResultPath": "$.since",
            "Next": "PrepareDatasets",
        },
        "ReadImportedUntil": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
            "Parameters": {"Name": parameter_name},
            "ResultSelector": {"instant.$": "$.Parameter.Value"},
            "Catch": [never_imported, *catch],
            "ResultPath": "$.since",
            "Next": "PrepareDatasets",
        },
    }


def save_imported_until(parameter_name: str, catch: Cases, after: str) -> State:
    """Return a task that saves this execution's start time, from which the next increment begins."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ssm:putParameter",
        "Parameters": {
            "Name": parameter_name,
            "Value.$": "$$.Execution.StartTime",
            "Type": "String",
            "Description": "The time up to which the clickstream is imported",
            "Overwrite": True,
        },
        "Retry": [RETRY_SAVE],
        "Catch": catch,
        "ResultPath": "$.saved",
        "Next": after,
    }


def _import_call(dataset: Import, role_arn: str, **fields: object) -> State:
    return personalize_call(
        "createDatasetImportJob",
        {
            "JobName.$": f"States.Format('{dataset.name_prefix}{{}}', States.UUID())",
            "DatasetArn": dataset.dataset_arn,
            "DataSource": {"DataLocation": dataset.location},
            "RoleArn": role_arn,
            "ImportMode.$": "$.importMode",
        },
        ResultPath="$.started",
        Next=f"Count{dataset.dataset.capitalize()}",
        **fields,
    )


def _import_polling(
    name: str, when_active: Mapping[str, object], failure_state: str | None = None
) -> Polling:
    return Polling(
        name=name,
        describe="describeDatasetImportJob",
        parameters={"DatasetImportJobArn.$": "$.started.DatasetImportJobArn"},
        resource="DatasetImportJob",
        max_polls=MAX_IMPORT_POLLS,
        when_active=when_active,
        failure_state=failure_state,
    )


def _job_states(name: str, job_name: str, since: str | None, after: Mapping[str, object]) -> dict[str, State]:
    catch = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": f"{name}JobFailed"}
    return {
        f"Write{name}": {**_job_task(job_name, since), **after, "Catch": [catch]},
        f"{name}JobFailed": {"Type": "Fail", "Error": "JobFailed", "CausePath": "$.failure.Cause"},
    }


def _job_task(job_name: str, since: str | None) -> State:
    since_argument = {"--since.$": since} if since else {"--since": FULL_HISTORY}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": job_name, "Arguments": {**since_argument, **UNTIL}},
        "TimeoutSeconds": JOB_TIMEOUT_SECONDS,
        "Retry": [
            {
                "ErrorEquals": ["Glue.ConcurrentRunsExceededException"],
                "IntervalSeconds": 60,
                "BackoffRate": 2,
                "MaxAttempts": 3,
            }
        ],
        "ResultPath": "$.job",
    }
