"""The training state machine in Amazon States Language (JSONPath): what, in what order, and for how long.

Each wait is bounded. `$.pollSeconds` of the execution's input says how long one wait is: a minute by default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

POLL_SECONDS = 60
IMPORT_TRIES = 6 * 60
TRAINING_TRIES = 24 * 60
THROTTLED = {
    "ErrorEquals": ["Personalize.LimitExceededException", "Personalize.PersonalizeException"],
    "IntervalSeconds": 5,
    "BackoffRate": 2,
    "MaxAttempts": 5,
}

State = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One dataset on its way into Personalize: the job that writes it, and where it is read from."""

    dataset: str
    job_name: str
    dataset_arn: str
    location: str
    name_prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """All that one training needs to know."""

    imports: tuple[Import, ...]
    popularity_job_name: str
    reader_role_arn: str
    solution_arn: str
    topic_arn: str
    stage: str


def training_definition(training: Training) -> State:
    """Datasets in parallel, then a solution version, then its metrics; a failure is told with its reason."""
    caught = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "TellFailure"}]
    return {
        "Comment": "Raw clickstream to a trained solution version",
        "StartAt": "IsPaced",
        "States": {
            "IsPaced": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.pollSeconds", "IsPresent": True, "Next": "PrepareDatasets"},
                ],
                "Default": "Pace",
            },
            "Pace": {"Type": "Pass", "Result": {"pollSeconds": POLL_SECONDS}, "Next": "PrepareDatasets"},
            "PrepareDatasets": {
                "Type": "Parallel",
                "Branches": [
                    *(_import_branch(one, training.reader_role_arn) for one in training.imports),
                    _job_branch("popularity", training.popularity_job_name),
                ],
                "ResultPath": "$.prepared",
                "Catch": caught,
                "Next": "StartTraining",
            },
            **_training_states(training, caught),
            "TellFailure": _notice(
                training,
                subject=f"Touchline {training.stage}: training failed",
                message={
                    "execution.$": "$$.Execution.Id",
                    "error.$": "$.failure.Error",
                    "reason.$": "$.failure.Cause",
                },
                next_state="TrainingFailed",
            ),
            "TrainingFailed": {
                "Type": "Fail",
                "ErrorPath": "$.failure.Error",
                "CausePath": "$.failure.Cause",
            },
        },
    }


def _import_branch(one: Import, role_arn: str) -> State:
    name = one.dataset.capitalize()
    return {
        "StartAt": f"Write{name}",
        "States": {
            f"Write{name}": _job_task(one.job_name, {"Next": f"Import{name}"}),
            f"Import{name}": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:personalize:createDatasetImportJob",
                "Parameters": {
                    "JobName.$": f"States.Format('{one.name_prefix}{{}}', States.UUID())",
                    "DatasetArn": one.dataset_arn,
                    "DataSource": {"DataLocation": one.location},
                    "RoleArn": role_arn,
                    "ImportMode": "FULL",
                },
                "Retry": [THROTTLED],
                "ResultPath": "$.started",
                "Next": f"Count{name}",
            },
            **_polling(
                name,
                describe="describeDatasetImportJob",
                parameters={"DatasetImportJobArn.$": "$.started.DatasetImportJobArn"},
                answer="DatasetImportJob",
                tries=IMPORT_TRIES,
                when_active={"End": True},
            ),
        },
    }


def _job_branch(dataset: str, job_name: str) -> State:
    name = f"Write{dataset.capitalize()}"
    return {"StartAt": name, "States": {name: _job_task(job_name, {"End": True})}}


def _job_task(job_name: str, after: Mapping[str, object]) -> State:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": job_name},
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
        **after,
    }


def _training_states(training: Training, caught: list[State]) -> dict[str, State]:
    return {
        "StartTraining": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:personalize:createSolutionVersion",
            "Parameters": {"SolutionArn": training.solution_arn, "TrainingMode": "FULL"},
            "Retry": [THROTTLED],
            "Catch": caught,
            "ResultPath": "$.started",
            "Next": "CountTraining",
        },
        **_polling(
            "Training",
            describe="describeSolutionVersion",
            parameters={"SolutionVersionArn.$": "$.started.SolutionVersionArn"},
            answer="SolutionVersion",
            tries=TRAINING_TRIES,
            when_active={"Next": "ReadMetrics"},
            caught=caught,
        ),
        "ReadMetrics": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:personalize:getSolutionMetrics",
            "Parameters": {"SolutionVersionArn.$": "$.started.SolutionVersionArn"},
            "Retry": [THROTTLED],
            "Catch": caught,
            "ResultPath": "$.trained",
            "Next": "TellSuccess",
        },
        "TellSuccess": {
            **_notice(
                training,
                subject=f"Touchline {training.stage}: trained",
                message={
                    "execution.$": "$$.Execution.Id",
                    "solutionVersionArn.$": "$.started.SolutionVersionArn",
                    "metrics.$": "$.trained.Metrics",
                },
                next_state="Trained",
            ),
            "Catch": caught,
        },
        "Trained": {"Type": "Succeed"},
    }


def _polling(
    name: str,
    *,
    describe: str,
    parameters: Mapping[str, str],
    answer: str,
    tries: int,
    when_active: Mapping[str, object],
    caught: list[State] | None = None,
) -> dict[str, State]:
    failure = f"$.described.{answer}"
    settle = {"TellFailure": True} if caught else {}
    states: dict[str, State] = {
        f"Count{name}": {
            "Type": "Pass",
            "Result": {"tries": 0},
            "ResultPath": "$.count",
            "Next": f"Await{name}",
        },
        f"Await{name}": {"Type": "Wait", "SecondsPath": "$.pollSeconds", "Next": f"Describe{name}"},
        f"Describe{name}": {
            "Type": "Task",
            "Resource": f"arn:aws:states:::aws-sdk:personalize:{describe}",
            "Parameters": dict(parameters),
            "Retry": [THROTTLED],
            **({"Catch": caught} if caught else {}),
            "ResultPath": "$.described",
            "Next": f"Is{name}Active",
        },
        f"Is{name}Active": {
            "Type": "Choice",
            "Choices": [
                {"Variable": f"{failure}.Status", "StringEquals": "ACTIVE", "Next": f"{name}Active"},
                {"Variable": f"{failure}.Status", "StringEquals": "CREATE FAILED", "Next": f"{name}Failed"},
                {
                    "Variable": f"{failure}.Status",
                    "StringEquals": "CREATE STOPPED",
                    "Next": f"{name}Overdue",
                },
                {"Variable": "$.count.tries", "NumericGreaterThanEquals": tries, "Next": f"{name}Overdue"},
            ],
            "Default": f"CountOn{name}",
        },
        f"CountOn{name}": {
            "Type": "Pass",
            "Parameters": {"tries.$": "States.MathAdd($.count.tries, 1)"},
            "ResultPath": "$.count",
            "Next": f"Await{name}",
        },
        f"{name}Active": {"Type": "Pass", **when_active},
    }
    overdue = f"{name} was stopped, or not active after {tries} tries"
    if settle:
        states[f"{name}Failed"] = {
            "Type": "Pass",
            "Parameters": {"Error": "PersonalizeFailed", "Cause.$": f"{failure}.FailureReason"},
            "ResultPath": "$.failure",
            "Next": "TellFailure",
        }
        states[f"{name}Overdue"] = {
            "Type": "Pass",
            "Result": {"Error": "PersonalizeOverdue", "Cause": overdue},
            "ResultPath": "$.failure",
            "Next": "TellFailure",
        }
    else:
        states[f"{name}Failed"] = {
            "Type": "Fail",
            "Error": "PersonalizeFailed",
            "CausePath": f"{failure}.FailureReason",
        }
        states[f"{name}Overdue"] = {"Type": "Fail", "Error": "PersonalizeOverdue", "Cause": overdue}
    return states


def _notice(training: Training, *, subject: str, message: Mapping[str, str], next_state: str) -> State:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn": training.topic_arn, "Subject": subject, "Message": dict(message)},
        "ResultPath": "$.prepared",
        "Next": next_state,
    }
