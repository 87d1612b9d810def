"""The state machine that erases or exports what is stored about a viewer.

The execution's input has `viewerId` and `purpose` (`erase` or `export`), and may have `deleteAccount` (false
by default), `settleSeconds`, the pause in which interactions under way arrive (900), and `pollSeconds`, the
pause between two status checks (60).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.viewer_request import REQUESTS, USERS_FILE, Purpose
from stacks.default_input import default_input
from stacks.training.polling import State, personalize_call
from stacks.training.retries import GLUE, STEP_FUNCTIONS, SYSTEMS_MANAGER, retry_call

SETTLE_SECONDS = 15 * 60
"""Firehose buffers for a minute and retries for five; the stream's readers are seconds behind."""
POLL_SECONDS = 60
RUN = {"run.$": "$$.Execution.Name"}
IS_ERASURE = {"Variable": "$.purpose", "StringEquals": Purpose.ERASE.value}
RETRY_FUNCTION = {
    "ErrorEquals": [
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
    ],
    "IntervalSeconds": 5,
    "BackoffRate": 2,
    "MaxAttempts": 5,
}
RETRY_JOB = {
    "ErrorEquals": ["Glue.ConcurrentRunsExceededException"],
    "IntervalSeconds": 300,
    "BackoffRate": 1,
    "MaxAttempts": 100,
}
"""Requests that run at the same time take turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """The resources that a request uses."""

    function_arn: str
    job_name: str
    bucket_name: str
    training_machine_arn: str
    import_parameters: tuple[str, ...]
    """The SSM parameters without which the next training imports everything again."""
    dataset_group_arn: str
    reader_role_arn: str
    """The role with which Personalize reads the list of users."""
    name_prefix: str
    """The beginning of the names of deletion jobs."""


def viewer_request_definition(serving: Serving) -> State:
    """Return the definition; its output is the report."""
    return {
        "Comment": "Erases or exports what is stored about a viewer",
        "StartAt": "IsDeleteAccountGiven",
        "States": {
            **_default_states(),
            "Begin": _step(serving, "begin", {"input.$": "$"}, ResultPath="$.begun", Next="IsErasure"),
            "IsErasure": {
                "Type": "Choice",
                "Choices": [{**IS_ERASURE, "Next": "Settle"}],
                "Default": "Search",
            },
            "Settle": {"Type": "Wait", "SecondsPath": "$.settleSeconds", "Next": "ListTrainings"},
            **_training_states(serving),
            **_search_states(serving),
            **_personalize_states(serving),
            "ReportErasure": _step(
                serving,
                "finish",
                {"deleted.$": "$.described.DataDeletionJob.NumDeleted"},
                OutputPath="$.report",
                ResultPath="$.report",
                ResultSelector=_all_of_payload(),
                End=True,
            ),
            "ReportExport": _step(
                serving,
                "finish",
                {},
                OutputPath="$.report",
                ResultPath="$.report",
                ResultSelector=_all_of_payload(),
                End=True,
            ),
        },
    }


def _default_states() -> dict[str, State]:
    fields = (("deleteAccount", False), ("settleSeconds", SETTLE_SECONDS), ("pollSeconds", POLL_SECONDS))
    words = [field[0].upper() + field[1:] for field, _ in fields]
    following = [*(f"Is{word}Given" for word in words[1:]), "Begin"]
    return {
        name: state
        for (field, value), word, after in zip(fields, words, following, strict=True)
        for name, state in default_input(
            field, value, choice=f"Is{word}Given", assignment=f"SetDefault{word}", after=after
        ).items()
    }


def _all_of_payload() -> dict[str, str]:
    names = ("purpose", "viewerHash", "requestedAt", "finishedAt", "stores", "agesOut", "location")
    return {f"{name}.$": f"$.Payload.{name}" for name in names}


def _step(serving: Serving, step: str, payload: Mapping[str, object], **fields: object) -> State:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {
            "FunctionName": serving.function_arn,
            "Payload": {"step": step, **RUN, **payload},
        },
        "Retry": [RETRY_FUNCTION],
        **fields,
    }


def _training_states(serving: Serving) -> dict[str, State]:
    """Wait until no training runs: it may have read the viewer's interactions before the tombstone."""
    return {
        "ListTrainings": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
            "Parameters": {"StateMachineArn": serving.training_machine_arn, "StatusFilter": "RUNNING"},
            "ResultSelector": {"running.$": "States.ArrayLength($.Executions)"},
            "Retry": [retry_call(STEP_FUNCTIONS)],
            "ResultPath": "$.trainings",
            "Next": "IsTrainingRunning",
        },
        "IsTrainingRunning": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.trainings.running", "NumericGreaterThan": 0, "Next": "AwaitTraining"}
            ],
            "Default": "Search",
        },
        "AwaitTraining": {"Type": "Wait", "SecondsPath": "$.pollSeconds", "Next": "ListTrainings"},
    }


def _search_states(serving: Serving) -> dict[str, State]:
    return {
        "Search": _step(
            serving,
            "search",
            {},
            ResultSelector={"done.$": "$.Payload.done"},
            ResultPath="$.searched",
            Next="IsSearched",
        ),
        "IsSearched": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.searched.done", "BooleanEquals": True, "Next": "SearchObjects"}],
            "Default": "Search",
        },
        "SearchObjects": {
            "Type": "Task",
            "Resource": "arn:aws:states:::glue:startJobRun.sync",
            "Parameters": {
                "JobName": serving.job_name,
                "Arguments": {"--request.$": _location(serving, "")},
            },
            "Retry": [RETRY_JOB, retry_call(GLUE)],
            "ResultSelector": {"id.$": "$.Id"},
            "ResultPath": "$.job",
            "Next": "AreObjectsErased",
        },
        "AreObjectsErased": {
            "Type": "Choice",
            "Choices": [{**IS_ERASURE, "Next": "RequireFullImport"}],
            "Default": "ReportExport",
        },
        # A rewritten object looks newly arrived: an incremental import would import its records again.
        "RequireFullImport": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:deleteParameters",
            # It does not fail for a parameter that no training has written.
            "Parameters": {"Names": list(serving.import_parameters)},
            "Retry": [retry_call(SYSTEMS_MANAGER)],
            "ResultPath": "$.forgotten",
            "Next": "DeleteFromPersonalize",
        },
    }


def _personalize_states(serving: Serving) -> dict[str, State]:
    status = "$.described.DataDeletionJob.Status"
    return {
        "DeleteFromPersonalize": personalize_call(
            "createDataDeletionJob",
            {
                "JobName.$": f"States.Format('{serving.name_prefix}{{}}', States.UUID())",
                "DatasetGroupArn": serving.dataset_group_arn,
                "DataSource": {"DataLocation.$": _location(serving, USERS_FILE)},
                "RoleArn": serving.reader_role_arn,
            },
            ResultPath="$.started",
            Next="AwaitDeletion",
        ),
        # It may take a day; the execution's timeout is the bound.
        "AwaitDeletion": {"Type": "Wait", "SecondsPath": "$.pollSeconds", "Next": "DescribeDeletion"},
        "DescribeDeletion": personalize_call(
            "describeDataDeletionJob",
            {"DataDeletionJobArn.$": "$.started.DataDeletionJobArn"},
            ResultPath="$.described",
            Next="IsDeleted",
        ),
        "IsDeleted": {
            "Type": "Choice",
            "Choices": [
                {"Variable": status, "StringEquals": "COMPLETED", "Next": "ReportErasure"},
                {"Variable": status, "StringEquals": "FAILED", "Next": "DeletionFailed"},
            ],
            "Default": "AwaitDeletion",
        },
        "DeletionFailed": {
            "Type": "Fail",
            "Error": "PersonalizeFailed",
            "CausePath": "$.described.DataDeletionJob.FailureReason",
        },
    }


def _location(serving: Serving, file: str) -> str:
    return f"States.Format('s3://{serving.bucket_name}/{REQUESTS}/{{}}/{file}', $$.Execution.Name)"
