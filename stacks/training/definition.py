"""The state machine: import the datasets, train a solution version, publish it.

The execution's input may set `pollSeconds`, the pause between two status checks (120 by default), and
`importMode`: FULL (the default), INCREMENTAL (add what has arrived since the last import) or NONE (train on
the data already imported). Every wait is bounded, and at the default pace the longest execution stays within
the limit of 25,000 history events.
"""

from dataclasses import dataclass

from stacks.training.imports import (
    SINCE,
    Import,
    import_branch,
    import_states,
    job_branch,
    save_imported_until,
    time_span_states,
)
from stacks.training.notices import report
from stacks.training.polling import Cases, Polling, State, personalize_call, polling
from stacks.training.publication import publication_states

POLL_SECONDS = 120
MAX_TRAINING_POLLS = 12 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """The resources of one stage's training."""

    interactions: Import
    entities: tuple[Import, ...]
    """Users and items."""
    popularity_job_name: str
    reader_role_arn: str
    """The role with which Personalize reads the datasets."""
    solution_arn: str
    campaign_arn: str
    imported_parameter: str
    """The SSM parameter that holds the time up to which the clickstream is imported."""
    serving_parameter: str | None
    """The SSM parameter that holds the version in service; None if the campaign follows the newest."""
    stage: str


def training_definition(training: Training) -> State:
    """Return the definition; every execution reports its result on EventBridge before it ends."""
    catch: Cases = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "ReportFailure"}]
    return {
        "Comment": "Raw clickstream to a serving solution version",
        "StartAt": "IsPollSecondsGiven",
        "States": {
            **_default_states(),
            **_single_execution_states(training, catch),
            **time_span_states(training.imported_parameter, catch),
            "PrepareDatasets": {
                "Type": "Parallel",
                "Branches": [
                    job_branch("interactions", training.interactions.job_name, since=SINCE),
                    *(import_branch(entity, training.reader_role_arn) for entity in training.entities),
                    job_branch("popularity", training.popularity_job_name),
                ],
                "ResultPath": "$.prepared",
                "Catch": catch,
                "Next": "ImportInteractions",
            },
            **import_states(training.interactions, training.reader_role_arn, catch, "SaveImportedUntil"),
            "SaveImportedUntil": save_imported_until(training.imported_parameter, catch, "DescribeSolution"),
            **_training_states(training, catch),
            **_final_states(training, catch),
        },
    }


def _default_states() -> dict[str, State]:
    def default(field: str, value: object, choice: str, assignment: str, after: str) -> dict[str, State]:
        return {
            choice: {
                "Type": "Choice",
                "Choices": [{"Variable": f"$.{field}", "IsPresent": True, "Next": after}],
                "Default": assignment,
            },
            assignment: {"Type": "Pass", "Result": value, "ResultPath": f"$.{field}", "Next": after},
        }

    return {
        **default(
            "pollSeconds", POLL_SECONDS, "IsPollSecondsGiven", "SetDefaultPollSeconds", "IsImportModeGiven"
        ),
        **default("importMode", "FULL", "IsImportModeGiven", "SetDefaultImportMode", "AwaitConcurrentStarts"),
    }


def _single_execution_states(training: Training, catch: Cases) -> dict[str, State]:
    """Let the execution that started first continue and end all others as skipped."""
    return {
        # ListExecutions is eventually consistent: after the wait it lists executions that started together.
        "AwaitConcurrentStarts": {"Type": "Wait", "SecondsPath": "$.pollSeconds", "Next": "ListRunning"},
        "ListRunning": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
            "Parameters": {"StateMachineArn.$": "$$.StateMachine.Id", "StatusFilter": "RUNNING"},
            "ResultSelector": {
                "first.$": "$.Executions[-1:].ExecutionArn",
                "own.$": "$$.Execution.Id",
            },
            "Catch": catch,
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
            "Default": "Skip",
        },
        "Skip": {
            "Type": "Pass",
            "Parameters": {
                "reason.$": "States.Format('another training is running: {}', $.running.first[0])"
            },
            "ResultPath": "$.outcome",
            "Next": "ReportSkipped",
        },
        "ReportSkipped": report(
            training.stage, "SKIPPED", {"reason.$": "$.outcome.reason"}, "Skipped", catch
        ),
        "Skipped": {"Type": "Succeed"},
    }


def _training_states(training: Training, catch: Cases) -> dict[str, State]:
    latest = "$.solution.Solution.LatestSolutionVersion"
    return {
        "DescribeSolution": personalize_call(
            "describeSolution",
            {"SolutionArn": training.solution_arn},
            Catch=catch,
            ResultPath="$.solution",
            Next="IsTrainingInProgress",
        ),
        # Join a version that is being created, by automatic training or by an execution that was stopped.
        "IsTrainingInProgress": {
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
            Catch=catch,
            ResultPath="$.started",
            Next="CountTraining",
        ),
        **polling(
            Polling(
                name="Training",
                describe="describeSolutionVersion",
                parameters={"SolutionVersionArn.$": "$.started.SolutionVersionArn"},
                resource="SolutionVersion",
                max_polls=MAX_TRAINING_POLLS,
                when_active={"Next": "ReadMetrics"},
                failure_state="ReportFailure",
            ),
            catch=catch,
        ),
        "ReadMetrics": personalize_call(
            "getSolutionMetrics",
            {"SolutionVersionArn.$": "$.started.SolutionVersionArn"},
            Catch=catch,
            ResultPath="$.trained",
            Next="ReadServingVersion" if training.serving_parameter else "Follow",
        ),
    }


def _final_states(training: Training, catch: Cases) -> dict[str, State]:
    trained = {
        "reason.$": "$.outcome.reason",
        "solutionVersionArn.$": "$.started.SolutionVersionArn",
        "metrics.$": "$.trained.Metrics",
    }
    failed = {"error.$": "$.failure.Error", "reason.$": "$.failure.Cause"}
    # A report that fails must not hide the failure that it reports.
    catch_report = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.reportFailure", "Next": "Failed"}]
    kept = {
        "ReportKept": report(training.stage, "KEPT", trained, "Kept", catch),
        "Kept": {"Type": "Succeed"},
    }
    return {
        **_publication(training, catch),
        "ReportPublished": report(training.stage, "PUBLISHED", trained, "Published", catch),
        "Published": {"Type": "Succeed"},
        "ReportFailure": report(training.stage, "FAILED", failed, "Failed", catch_report),
        # Not the original error: it may be States.TaskFailed, and a Fail state may not use reserved names.
        "Failed": {"Type": "Fail", "Error": "TrainingFailed", "CausePath": "$.failure.Cause"},
        **(kept if training.serving_parameter else {}),
    }


def _publication(training: Training, catch: Cases) -> dict[str, State]:
    if training.serving_parameter:
        return publication_states(
            campaign_arn=training.campaign_arn, parameter_name=training.serving_parameter, catch=catch
        )
    return {
        "Follow": {
            "Type": "Pass",
            "Result": {"reason": "the campaign follows the newest version by itself"},
            "ResultPath": "$.outcome",
            "Next": "ReportPublished",
        }
    }
