"""The training state machine in Amazon States Language (JSONPath): what, in what order, and for how long.

Each wait is bounded. The execution's input may say how long one wait is (`pollSeconds`, two minutes by
default) and what an import does (`importMode`: FULL, INCREMENTAL to add what has arrived since the last one,
or NONE to train on what is there). The pace keeps the longest execution within its history of 25,000 events.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stacks.training.imports import (
    SINCE,
    Import,
    import_branch,
    import_states,
    job_branch,
    remember_imported,
    span_states,
)
from stacks.training.polling import Cases, Polling, State, personalize_call, polling
from stacks.training.publication import publication_states

POLL_SECONDS = 120
TRAINING_TRIES = 12 * 60
SOURCE = "touchline.training"
DETAIL_TYPE = "Training Status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """All that one training needs to know; without a parameter, the campaign follows by itself."""

    interactions: Import
    entities: tuple[Import, ...]
    popularity_job_name: str
    reader_role_arn: str
    solution_arn: str
    campaign_arn: str
    imported_parameter: str
    serving_parameter: str | None
    stage: str


def training_definition(training: Training) -> State:
    """Datasets in parallel, then a solution version, then what serves; each end is told with its reason."""
    caught: Cases = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "TellFailure"}]
    return {
        "Comment": "Raw clickstream to a serving solution version",
        "StartAt": "IsPaced",
        "States": {
            **_defaults(),
            **_one_at_a_time(training, caught),
            **span_states(training.imported_parameter, caught),
            "PrepareDatasets": {
                "Type": "Parallel",
                "Branches": [
                    job_branch("interactions", training.interactions.job_name, since=SINCE),
                    *(import_branch(one, training.reader_role_arn) for one in training.entities),
                    job_branch("popularity", training.popularity_job_name),
                ],
                "ResultPath": "$.prepared",
                "Catch": caught,
                "Next": "ImportInteractions",
            },
            **import_states(training.interactions, training.reader_role_arn, caught, "RememberImported"),
            "RememberImported": remember_imported(training.imported_parameter, caught, "FindTraining"),
            **_training_states(training, caught),
            **_endings(training, caught),
        },
    }


def _defaults() -> dict[str, State]:
    def default(member: str, value: object, given: str, missing: str, after: str) -> dict[str, State]:
        return {
            given: {
                "Type": "Choice",
                "Choices": [{"Variable": f"$.{member}", "IsPresent": True, "Next": after}],
                "Default": missing,
            },
            missing: {"Type": "Pass", "Result": value, "ResultPath": f"$.{member}", "Next": after},
        }

    return {
        **default("pollSeconds", POLL_SECONDS, "IsPaced", "Pace", "IsModeGiven"),
        **default("importMode", "FULL", "IsModeGiven", "ImportInFull", "LetOthersShow"),
    }


def _one_at_a_time(training: Training, caught: Cases) -> dict[str, State]:
    """The execution that started first goes on; others leave the work to it."""
    return {
        # The list of executions is eventually consistent: one that started beside this one shows by then.
        "LetOthersShow": {"Type": "Wait", "SecondsPath": "$.pollSeconds", "Next": "ListRunning"},
        "ListRunning": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
            "Parameters": {"StateMachineArn.$": "$$.StateMachine.Id", "StatusFilter": "RUNNING"},
            "ResultSelector": {
                "first.$": "$.Executions[-1:].ExecutionArn",
                "own.$": "$$.Execution.Id",
            },
            "Catch": caught,
            "ResultPath": "$.running",
            "Next": "IsFirst",
        },
        "IsFirst": {
            "Type": "Choice",
            "Choices": [
                {
                    "Variable": "$.running.first[0]",
                    "StringEqualsPath": "$.running.own",
                    "Next": "IsIncremental",
                }
            ],
            "Default": "LeaveToTheOther",
        },
        "LeaveToTheOther": {
            "Type": "Pass",
            "Parameters": {
                "reason.$": "States.Format('another training is under way: {}', $.running.first[0])"
            },
            "ResultPath": "$.outcome",
            "Next": "TellSkipped",
        },
        "TellSkipped": _told(training, "SKIPPED", {"reason.$": "$.outcome.reason"}, "Skipped", caught),
        "Skipped": {"Type": "Succeed"},
    }


def _training_states(training: Training, caught: Cases) -> dict[str, State]:
    latest = "$.solution.Solution.LatestSolutionVersion"
    return {
        "FindTraining": personalize_call(
            "describeSolution",
            {"SolutionArn": training.solution_arn},
            Catch=caught,
            ResultPath="$.solution",
            Next="IsTrainingUnderWay",
        ),
        # Automatic training, or an execution that ended too early: joined, so that nothing is trained twice.
        "IsTrainingUnderWay": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": f"{latest}.Status", "IsPresent": True},
                        {
                            "Or": [
                                {"Variable": f"{latest}.Status", "StringEquals": status}
                                for status in ("CREATE PENDING", "CREATE IN_PROGRESS")
                            ]
                        },
                    ],
                    "Next": "JoinTraining",
                }
            ],
            "Default": "StartTraining",
        },
        "JoinTraining": {
            "Type": "Pass",
            "Parameters": {"SolutionVersionArn.$": f"{latest}.SolutionVersionArn"},
            "ResultPath": "$.started",
            "Next": "CountTraining",
        },
        "StartTraining": personalize_call(
            "createSolutionVersion",
            {"SolutionArn": training.solution_arn, "TrainingMode": "FULL"},
            Catch=caught,
            ResultPath="$.started",
            Next="CountTraining",
        ),
        **polling(
            Polling(
                name="Training",
                describe="describeSolutionVersion",
                parameters={"SolutionVersionArn.$": "$.started.SolutionVersionArn"},
                settled="SolutionVersion",
                tries=TRAINING_TRIES,
                when_active={"Next": "ReadMetrics"},
                when_settled_otherwise="TellFailure",
            ),
            caught=caught,
        ),
        "ReadMetrics": personalize_call(
            "getSolutionMetrics",
            {"SolutionVersionArn.$": "$.started.SolutionVersionArn"},
            Catch=caught,
            ResultPath="$.trained",
            Next="ReadServing" if training.serving_parameter else "Follow",
        ),
    }


def _endings(training: Training, caught: Cases) -> dict[str, State]:
    trained = {
        "reason.$": "$.outcome.reason",
        "solutionVersionArn.$": "$.started.SolutionVersionArn",
        "metrics.$": "$.trained.Metrics",
    }
    failed = {"error.$": "$.failure.Error", "reason.$": "$.failure.Cause"}
    untold = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.untold", "Next": "Failed"}]
    return {
        **_publication(training, caught),
        "TellPublished": _told(training, "PUBLISHED", trained, "Published", caught),
        "Published": {"Type": "Succeed"},
        "TellFailure": _told(training, "FAILED", failed, "Failed", untold),
        # Under a name of its own: what failed may be called States.TaskFailed, which no Fail may be.
        "Failed": {"Type": "Fail", "Error": "TrainingFailed", "CausePath": "$.failure.Cause"},
        **(
            {
                "TellKept": _told(training, "KEPT", trained, "Kept", caught),
                "Kept": {"Type": "Succeed"},
            }
            if training.serving_parameter
            else {}
        ),
    }


def _publication(training: Training, caught: Cases) -> dict[str, State]:
    if training.serving_parameter:
        return publication_states(
            campaign_arn=training.campaign_arn, parameter_name=training.serving_parameter, caught=caught
        )
    return {
        "Follow": {
            "Type": "Pass",
            "Result": {"reason": "the campaign follows the newest version by itself"},
            "ResultPath": "$.outcome",
            "Next": "TellPublished",
        }
    }


def _told(training: Training, status: str, detail: Mapping[str, str], after: str, caught: Cases) -> State:
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
                        "stage": training.stage,
                        "execution.$": "$$.Execution.Id",
                        **detail,
                    },
                }
            ]
        },
        "Catch": caught,
        "ResultPath": "$.told",
        "Next": after,
    }
