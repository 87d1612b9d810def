"""The state machine: import the datasets, train a solution version, publish it.

The execution's input may set `pollSeconds`, the pause between two status checks (120 by default), and
`importMode`, an `ImportMode`. The stage's configuration has the default, and says whether FULL is allowed.
For an increment, `importSince` replaces the stored end of the last import.
Every wait is bounded, and at the default pace the longest execution stays within the limit of 25,000 events
of its history.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from stacks.default_input import default_input
from stacks.training.import_mode import ImportMode
from stacks.training.imports import (
    Import,
    failed_branch_states,
    import_branch,
    job_branch,
    popularity_alone_state,
    time_span_states,
)
from stacks.training.interactions_import import PlannedImport, interactions_states, planning_states
from stacks.training.notices import report
from stacks.training.polling import Cases, Polling, State, counted_wait, personalize_call, polling
from stacks.training.publication import publication_states
from stacks.training.retries import STEP_FUNCTIONS, retry_call
from stacks.training.unfinished_import import unfinished_import_states

POLL_SECONDS = 120
MAX_TRAINING_POLLS = 12 * 60
MAX_REFUSALS = 10
"""Of a training, before its execution fails: whoever keeps it from starting is seen after one or two."""


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
    started_parameter: str
    """The SSM parameter that holds an import of interactions until its end is stored."""
    serving_parameter: str | None
    """The SSM parameter that holds the version in service; None if the campaign follows the newest."""
    held_parameter: str
    """The SSM parameter that keeps trainings from publishing, after a rollback."""
    plan_function_arn: str
    """The function `plan_import`."""
    full_import_days: int
    """Days of the clickstream that a full import reads."""
    stage: str
    default_import_mode: ImportMode = ImportMode.FULL
    allows_full_imports: bool = True
    """False refuses full imports, which would delete what an adopted dataset group had before."""
    campaign_config: Mapping[str, object] = field(default_factory=dict)
    """The campaign's configuration for the versions of this solution."""
    reports_attribution: bool = True
    """True if the imports of interactions write reports of the stage's own metric attribution."""


def training_definition(training: Training) -> State:
    """Return the definition; every execution reports its result on EventBridge before it ends."""
    catch: Cases = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "ReportFailure"}]
    planned = _planned_import(training)
    return {
        "Comment": "Raw clickstream to a serving solution version",
        "StartAt": "IsPollSecondsGiven",
        "States": {
            **_default_states(training.default_import_mode),
            **_single_execution_states(training, catch),
            **unfinished_import_states(
                training.started_parameter, training.imported_parameter, catch, "IsImportModeKnown"
            ),
            **time_span_states(
                training.imported_parameter, catch, allows_full_imports=training.allows_full_imports
            ),
            **planning_states(planned, catch),
            "PrepareDatasets": {
                "Type": "Parallel",
                "Branches": [
                    *(import_branch(entity, training.reader_role_arn) for entity in training.entities),
                    job_branch("popularity", training.popularity_job_name),
                ],
                "ResultPath": "$.prepared",
                "Catch": catch,
                "Next": "IsPrepared",
            },
            **failed_branch_states(1 + len(training.entities), "WriteInteractions"),
            **interactions_states(planned, catch),
            "WritePopularityAlone": popularity_alone_state(
                training.popularity_job_name, "CountOtherTraining"
            ),
            **_training_states(training, catch),
            **_final_states(training, catch),
        },
    }


def _planned_import(training: Training) -> PlannedImport:
    return PlannedImport(
        interactions=training.interactions,
        reader_role_arn=training.reader_role_arn,
        function_arn=training.plan_function_arn,
        imported_parameter=training.imported_parameter,
        started_parameter=training.started_parameter,
        allows_full_imports=training.allows_full_imports,
        full_import_days=training.full_import_days,
        reports_attribution=training.reports_attribution,
    )


def _default_states(import_mode: ImportMode) -> dict[str, State]:
    return {
        **default_input(
            "pollSeconds",
            POLL_SECONDS,
            choice="IsPollSecondsGiven",
            assignment="SetDefaultPollSeconds",
            after="IsImportModeGiven",
        ),
        **default_input(
            "importMode",
            import_mode.value,
            choice="IsImportModeGiven",
            assignment="SetDefaultImportMode",
            after="AwaitConcurrentStarts",
        ),
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
            "Retry": [retry_call(STEP_FUNCTIONS)],
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
                    "Next": "ReadStartedImport",
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
    # Another version is being trained, or the call created this one and its answer was lost.
    refused = {
        "ErrorEquals": ["Personalize.ResourceInUseException", "Personalize.ResourceAlreadyExistsException"],
        "ResultPath": "$.refused",
        "Next": "IsOtherTrainingOverdue",
    }
    return {
        "CountOtherTraining": {
            "Type": "Pass",
            "Result": {"polls": 0},
            "ResultPath": "$.others",
            "Next": "DescribeSolution",
        },
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
            {
                "SolutionArn": training.solution_arn,
                "TrainingMode": "FULL",
                # A call that is repeated because its answer was lost must not train twice.
                "Name.$": f"States.Format('{training.stage}-{{}}', States.Hash($$.Execution.Id, 'MD5'))",
            },
            Catch=[refused, *catch],
            ResultPath="$.started",
            Next="CountTraining",
        ),
        **_refusal_states(),
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
            Next="CountCampaign" if training.serving_parameter else "Follow",
        ),
    }


def _refusal_states() -> dict[str, State]:
    """Return the states that look again for the training that kept another one from starting."""
    return {
        **counted_wait("OtherTraining", count="$.others", most=MAX_REFUSALS, then="DescribeSolution"),
        "OtherTrainingOverdue": {
            "Type": "Pass",
            "InputPath": "$.refused",
            "ResultPath": "$.failure",
            "Next": "ReportFailure",
        },
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
            campaign_arn=training.campaign_arn,
            campaign_config=training.campaign_config,
            parameter_name=training.serving_parameter,
            held_parameter=training.held_parameter,
            catch=catch,
        )
    return {
        "Follow": {
            "Type": "Pass",
            "Result": {"reason": "the campaign follows the newest version by itself"},
            "ResultPath": "$.outcome",
            "Next": "ReportPublished",
        }
    }
