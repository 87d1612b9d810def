"""States that bring datasets into Personalize: for each its Glue job, then its import job.

What an import takes is what arrived in a span of time: up to the execution's start, and from the start of the
last execution that imported the interactions, or from the beginning if the import is in full. Users and items
replace what has their id, so that to import them twice is harmless; interactions are added. So they are
imported last, when nothing else can fail before the span is remembered: none is imported twice, and none is
left out, however often an execution fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stacks.training.polling import (
    REMEMBERING,
    Cases,
    Polling,
    State,
    personalize_call,
    polling,
)

IMPORT_TRIES = 3 * 60
THE_BEGINNING = "always"
"""What a job is told in place of an instant where the whole history is wanted."""
SINCE = "$.since.instant"
UNTIL = {"--until.$": "$$.Execution.StartTime"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One dataset on its way into Personalize: the job that writes it, and where it is read from."""

    dataset: str
    job_name: str
    dataset_arn: str
    location: str
    name_prefix: str


def import_branch(one: Import, role_arn: str) -> State:
    """Write the dataset and import it, in full or what is new, as `$.importMode` says."""
    name = one.dataset.capitalize()
    return {
        "StartAt": f"Write{name}",
        "States": {
            **_job_states(name, one.job_name, SINCE, {"Next": f"Import{name}"}),
            f"Import{name}": _import_call(one, role_arn),
            **polling(_import_polling(name, {"End": True})),
        },
    }


def import_states(one: Import, role_arn: str, caught: Cases, after: str) -> dict[str, State]:
    """Import what its job has written already; the reports of the metric attribution count it."""
    name = one.dataset.capitalize()
    call = _import_call(one, role_arn, Catch=caught)
    call["Parameters"]["PublishAttributionMetricsToS3"] = True
    return {
        f"Import{name}": call,
        **polling(_import_polling(name, {"Next": after}, told_by="TellFailure"), caught=caught),
    }


def job_branch(dataset: str, job_name: str, *, since: str | None = None) -> State:
    """A job alone, of the whole history unless it is told where to find since when."""
    name = dataset.capitalize()
    return {"StartAt": f"Write{name}", "States": _job_states(name, job_name, since, {"End": True})}


def span_states(parameter_name: str, caught: Cases) -> dict[str, State]:
    """From `IsIncremental` to `PrepareDatasets`: since when the jobs read is in `$.since.instant` then.

    With the mode NONE nothing is imported: what an earlier execution brought in is trained on.
    """
    nothing = {
        "ErrorEquals": ["Ssm.ParameterNotFoundException"],
        "ResultPath": "$.first",
        "Next": "ImportFirstInFull",
    }
    return {
        "IsIncremental": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.importMode", "StringEquals": "INCREMENTAL", "Next": "ReadImported"},
                {"Variable": "$.importMode", "StringEquals": "NONE", "Next": "FindTraining"},
            ],
            "Default": "TakeAll",
        },
        # Personalize refuses an increment to a dataset that has had no import in full.
        "ImportFirstInFull": {
            "Type": "Pass",
            "Result": "FULL",
            "ResultPath": "$.importMode",
            "Next": "TakeAll",
        },
        "TakeAll": {
            "Type": "Pass",
            "Result": {"instant": THE_BEGINNING},
            "ResultPath": "$.since",
            "Next": "PrepareDatasets",
        },
        "ReadImported": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
            "Parameters": {"Name": parameter_name},
            "ResultSelector": {"instant.$": "$.Parameter.Value"},
            "Catch": [nothing, *caught],
            "ResultPath": "$.since",
            "Next": "PrepareDatasets",
        },
    }


def remember_imported(parameter_name: str, caught: Cases, after: str) -> State:
    """Once the interactions are imported: the next increment begins where this execution's span ended."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ssm:putParameter",
        "Parameters": {
            "Name": parameter_name,
            "Value.$": "$$.Execution.StartTime",
            "Type": "String",
            "Description": "The instant up to which the clickstream is imported",
            "Overwrite": True,
        },
        "Retry": [REMEMBERING],
        "Catch": caught,
        "ResultPath": "$.remembered",
        "Next": after,
    }


def _import_call(one: Import, role_arn: str, **rest: object) -> State:
    return personalize_call(
        "createDatasetImportJob",
        {
            "JobName.$": f"States.Format('{one.name_prefix}{{}}', States.UUID())",
            "DatasetArn": one.dataset_arn,
            "DataSource": {"DataLocation": one.location},
            "RoleArn": role_arn,
            "ImportMode.$": "$.importMode",
        },
        ResultPath="$.started",
        Next=f"Count{one.dataset.capitalize()}",
        **rest,
    )


def _import_polling(name: str, when_active: Mapping[str, object], told_by: str | None = None) -> Polling:
    return Polling(
        name=name,
        describe="describeDatasetImportJob",
        parameters={"DatasetImportJobArn.$": "$.started.DatasetImportJobArn"},
        settled="DatasetImportJob",
        tries=IMPORT_TRIES,
        when_active=when_active,
        when_settled_otherwise=told_by,
    )


def _job_states(name: str, job_name: str, since: str | None, after: Mapping[str, object]) -> dict[str, State]:
    caught = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": f"{name}JobFailed"}
    return {
        f"Write{name}": {**_job_task(job_name, since), **after, "Catch": [caught]},
        f"{name}JobFailed": {"Type": "Fail", "Error": "JobFailed", "CausePath": "$.failure.Cause"},
    }


def _job_task(job_name: str, since: str | None) -> State:
    begin = {"--since.$": since} if since else {"--since": THE_BEGINNING}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": job_name, "Arguments": {**begin, **UNTIL}},
        "TimeoutSeconds": 3 * 3600,
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
