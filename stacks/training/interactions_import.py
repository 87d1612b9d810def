"""States that import the interactions in parts, each of a size that Personalize accepts.

The function `plan_import` chooses the span of a part before the job writes it, and measures what the job
wrote: a part that is too large is written again for a shorter span, or becomes a full import.
The end of each part is saved as soon as it is imported, so that a failure in the next one neither repeats it
nor makes the next execution's part larger than any other.
"""

from dataclasses import dataclass

from stacks.training.imports import PLAN, Import, import_polling, import_states, job_task, name_state
from stacks.training.polling import Cases, State, polling
from stacks.training.unfinished_import import (
    forget_started_state,
    save_imported_until_state,
    save_started_state,
)

MAX_PARTS = 10
"""Of one execution; the next one imports the rest."""
RETRY_FUNCTION = {
    "ErrorEquals": [
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
    ],
    "IntervalSeconds": 2,
    "BackoffRate": 2,
    "MaxAttempts": 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedImport:
    """The interactions, and what their import may do."""

    interactions: Import
    reader_role_arn: str
    function_arn: str
    """The function `plan_import`."""
    imported_parameter: str
    started_parameter: str
    allows_full_imports: bool
    full_import_days: int
    reports_attribution: bool

    def call(self, step: str, since: str, mode: str, **fields: object) -> State:
        """Return a task that calls a step of the function."""
        payload: State = {
            "step": step,
            "mode.$": mode,
            "since.$": since,
            "startedAt.$": "$$.Execution.StartTime",
            "allowsFullImport": self.allows_full_imports,
            "windowDays": self.full_import_days,
        }
        if step == "check":
            payload["plan.$"] = PLAN
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": self.function_arn, "Payload": payload},
            "Retry": [RETRY_FUNCTION],
            **fields,
        }


def planning_states(planned: PlannedImport, catch: Cases) -> dict[str, State]:
    """Return the states from `PlanImport` to `PrepareDatasets`."""
    return {
        "PlanImport": planned.call(
            "plan", "$.since.instant", "$.importMode", Catch=catch, ResultPath="$.planned", Next="CountParts"
        ),
        "CountParts": {
            "Type": "Pass",
            "Result": {"count": 1},
            "ResultPath": "$.parts",
            "Next": "HasEnoughArrived",
        },
        "HasEnoughArrived": _unless("isTooSmall", "WritePopularityAlone", "PrepareDatasets"),
    }


def interactions_states(planned: PlannedImport, catch: Cases) -> dict[str, State]:
    """Return the states from `WriteInteractions` to `DescribeSolution`; one round for each part."""
    dataset = planned.interactions
    job = job_task(dataset.job_name, f"{PLAN}.since", f"{PLAN}.until")
    # One job for each part of an execution.
    seed = "States.Format('{}/{}', $$.Execution.Id, $.parts.count)"
    return {
        "WriteInteractions": {**job, "Next": "MeasureInteractions", "Catch": catch},
        "MeasureInteractions": planned.call(
            "check",
            f"{PLAN}.since",
            f"{PLAN}.mode",
            Catch=catch,
            ResultPath="$.checked",
            Next="DoInteractionsFit",
        ),
        "DoInteractionsFit": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.checked.Payload.fits", "BooleanEquals": True, "Next": "NameInteractions"}
            ],
            "Default": "TakeSmallerPlan",
        },
        "TakeSmallerPlan": {
            "Type": "Pass",
            "InputPath": "$.checked.Payload.plan",
            "ResultPath": PLAN,
            "Next": "WriteInteractions",
        },
        "NameInteractions": name_state(dataset, seed, "SaveStartedImport", **{"until.$": f"{PLAN}.until"}),
        "SaveStartedImport": save_started_state(planned.started_parameter, catch, "ImportInteractions"),
        **import_states(
            dataset,
            planned.reader_role_arn,
            catch,
            PublishAttributionMetricsToS3=planned.reports_attribution,
        ),
        **polling(
            import_polling("Interactions", {"Next": "SaveImportedUntil"}, failure_state="ReportFailure"),
            catch=catch,
        ),
        "SaveImportedUntil": save_imported_until_state(
            planned.imported_parameter, f"{PLAN}.until", catch, "ForgetStartedImport"
        ),
        "ForgetStartedImport": forget_started_state(planned.started_parameter, catch, "IsLastPart"),
        "IsLastPart": {
            "Type": "Choice",
            "Choices": [
                {"Variable": f"{PLAN}.isLast", "BooleanEquals": True, "Next": "CountOtherTraining"},
                {
                    "Variable": "$.parts.count",
                    "NumericGreaterThanEquals": MAX_PARTS,
                    "Next": "CountOtherTraining",
                },
            ],
            "Default": "CountPart",
        },
        "CountPart": {
            "Type": "Pass",
            "Parameters": {"count.$": "States.MathAdd($.parts.count, 1)"},
            "ResultPath": "$.parts",
            "Next": "PlanNextPart",
        },
        "PlanNextPart": planned.call(
            "plan",
            f"{PLAN}.until",
            f"{PLAN}.mode",
            Catch=catch,
            ResultPath="$.planned",
            Next="HasNextPartEnough",
        ),
        "HasNextPartEnough": _unless("isTooSmall", "CountOtherTraining", "WriteInteractions"),
    }


def _unless(flag: str, when_set: str, otherwise: str) -> State:
    return {
        "Type": "Choice",
        "Choices": [{"Variable": f"{PLAN}.{flag}", "BooleanEquals": True, "Next": when_set}],
        "Default": otherwise,
    }
