"""States that import datasets into Personalize: a Glue job writes each dataset, an import job loads it.

An execution imports what arrived up to its own start: all of its window in FULL mode, otherwise from the end
of the last import of interactions. Users and items replace the record with the same id, so their import is
idempotent. Interactions are appended, so they are imported last, in parts that Personalize accepts, and the
end of each part is saved: a failed execution neither imports an interaction twice nor leaves one out.

An import job is named after its execution, so that a call which is repeated because its answer was lost finds
the job that it created.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stacks.training.import_mode import ImportMode
from stacks.training.polling import Cases, Polling, State, personalize_call, polling
from stacks.training.retries import GLUE, SYSTEMS_MANAGER, retry_call

MAX_IMPORT_POLLS = 3 * 60
JOB_TIMEOUT_SECONDS = 3 * 3600
RETRY_WHILE_IMPORTING = {
    "ErrorEquals": ["Personalize.ResourceInUseException"],
    "IntervalSeconds": 120,
    "BackoffRate": 1.5,
    "MaxAttempts": 10,
}
"""For nearly four hours: an execution that was stopped may have left an import of the same dataset."""
FULL_HISTORY = "always"
"""The value of a job's argument `--since` that selects the full history."""
PLAN = "$.planned.Payload"
"""The path of the plan that the function `plan_import` returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A dataset, the Glue job that writes it and the S3 location it is imported from."""

    dataset: str
    job_name: str
    dataset_arn: str
    location: str
    name_prefix: str
    """The beginning of the import job's name."""

    def job_name_of(self, seed: str) -> str:
        """Return an intrinsic function that computes the job's name from the value of another."""
        return f"States.Format('{self.name_prefix}{{}}', States.Hash({seed}, 'MD5'))"

    def job_arn_of(self, name: str) -> str:
        """Return an intrinsic function that computes the job's ARN from its name."""
        account = self.dataset_arn.partition(":dataset/")[0]
        return f"States.Format('{account}:dataset-import-job/{{}}', {name})"


def import_branch(dataset: Import, role_arn: str) -> State:
    """Return a parallel branch that writes a dataset and imports it in the mode of the plan.

    Like every branch it ends only when its job and its import have ended, and never fails: a failure of one
    branch would leave the import of another running, which the next execution would meet. Its result has the
    field `failure` if it failed.
    """
    name = dataset.dataset.capitalize()
    catch = _branch_catch(name)
    return {
        "StartAt": f"Write{name}",
        "States": {
            **_job_states(name, dataset.job_name, f"{PLAN}.since", f"Name{name}"),
            f"Name{name}": name_state(dataset, "$$.Execution.Id", f"Import{name}"),
            **import_states(dataset, role_arn, catch),
            **polling(
                import_polling(name, {"Next": f"{name}Prepared"}, failure_state=f"{name}NotPrepared"),
                catch=catch,
            ),
            **_branch_ends(name),
        },
    }


def job_branch(dataset: str, job_name: str) -> State:
    """Return a parallel branch that runs one job over the whole history."""
    name = dataset.capitalize()
    return {
        "StartAt": f"Write{name}",
        "States": {**_job_states(name, job_name, None, f"{name}Prepared"), **_branch_ends(name)},
    }


def popularity_alone_state(job_name: str, after: str) -> State:
    """Return a task that writes the popularity table in an execution that imports nothing.

    It must not keep the training from what is imported: a clickstream that is still empty fails the job.
    """
    ignored = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.popularityFailure", "Next": after}
    return {**job_task(job_name, None, "$$.Execution.StartTime"), "Catch": [ignored], "Next": after}


def failed_branch_states(count: int, after: str) -> dict[str, State]:
    """Return the states from `IsPrepared`, which report the first failure of the branches in `$.prepared`."""
    return {
        "IsPrepared": {
            "Type": "Choice",
            "Choices": [
                {"Variable": f"$.prepared[{at}].failure", "IsPresent": True, "Next": f"SelectBranch{at}"}
                for at in range(count)
            ],
            "Default": after,
        },
        **{
            f"SelectBranch{at}": {
                "Type": "Pass",
                "Parameters": {"branch.$": f"States.ArrayGetItem($.prepared, {at})"},
                "ResultPath": "$.failed",
                "Next": "TakeFailure",
            }
            for at in range(count)
        },
        "TakeFailure": {
            "Type": "Pass",
            "InputPath": "$.failed.branch.failure",
            "ResultPath": "$.failure",
            "Next": "ReportFailure",
        },
    }


def time_span_states(parameter_name: str, catch: Cases, *, allows_full_imports: bool) -> dict[str, State]:
    """Return the states from `IsImportModeKnown` to `PlanImport`, which set `$.since.instant`.

    The mode NONE goes on to `WritePopularityAlone` instead.
    """
    first_import = "ChangeToFullImport" if allows_full_imports else "RefuseFirstIncrement"
    never_imported = {
        "ErrorEquals": ["Ssm.ParameterNotFoundException"],
        "ResultPath": "$.first",
        "Next": first_import,
    }
    next_states = {
        ImportMode.FULL: "SelectFullHistory" if allows_full_imports else "RefuseFullImport",
        ImportMode.INCREMENTAL: "IsSinceGiven",
        ImportMode.NONE: "WritePopularityAlone",
    }
    return {
        "IsImportModeKnown": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.importMode", "StringEquals": mode.value, "Next": after}
                for mode, after in next_states.items()
            ],
            "Default": "RefuseImportMode",
        },
        "RefuseImportMode": _refused(
            "ImportModeUnknown",
            f"States.Format('importMode: expected one of {', '.join(ImportMode)}; got {{}}', $.importMode)",
        ),
        "IsSinceGiven": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.importSince", "IsPresent": True, "Next": "TakeSince"}],
            "Default": "ReadImportedUntil",
        },
        "TakeSince": {
            "Type": "Pass",
            "Parameters": {"instant.$": "$.importSince"},
            "ResultPath": "$.since",
            "Next": "PlanImport",
        },
        "ReadImportedUntil": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
            "Parameters": {"Name": parameter_name},
            "ResultSelector": {"instant.$": "$.Parameter.Value"},
            "Retry": [retry_call(SYSTEMS_MANAGER)],
            "Catch": [never_imported, *catch],
            "ResultPath": "$.since",
            "Next": "PlanImport",
        },
        **(_FIRST_FULL_IMPORT if allows_full_imports else _NO_FULL_IMPORT),
    }


def _refused(error: str, cause: str) -> State:
    """Return a state that reports why an execution imports nothing; `cause` is an intrinsic function."""
    return {
        "Type": "Pass",
        "Parameters": {"Error": error, "Cause.$": cause},
        "ResultPath": "$.failure",
        "Next": "ReportFailure",
    }


# Personalize refuses an incremental import into a dataset that has had no full import.
_FIRST_FULL_IMPORT: dict[str, State] = {
    "SelectFullHistory": {
        "Type": "Pass",
        "Result": {"instant": FULL_HISTORY},
        "ResultPath": "$.since",
        "Next": "PlanImport",
    },
    "ChangeToFullImport": {
        "Type": "Pass",
        "Result": ImportMode.FULL.value,
        "ResultPath": "$.importMode",
        "Next": "SelectFullHistory",
    },
}
_NO_FULL_IMPORT: dict[str, State] = {
    "RefuseFullImport": _refused(
        "FullImportNotAllowed",
        "States.Format('importMode {} deletes all bulk data of the adopted dataset group; set"
        " personalize.adopted.full_import_replaces_history to allow it', $.importMode)",
    ),
    # The parameter is missing before the first increment, and after an erasure, which rewrites files: to read
    # everything again could then import rows twice.
    "RefuseFirstIncrement": _refused(
        "IncrementHasNoBeginning",
        "States.Format('expected the time from which an increment of the adopted dataset group begins; give"
        " importSince, an instant or always, with importMode {}', $.importMode)",
    ),
}


def name_state(dataset: Import, seed: str, after: str, **fields: object) -> State:
    """Return a state that sets `$.starting`: the name and the ARN of the job, and the given fields."""
    name = dataset.job_name_of(seed)
    return {
        "Type": "Pass",
        "Parameters": {"name.$": name, "arn.$": dataset.job_arn_of(name), **fields},
        "ResultPath": "$.starting",
        "Next": after,
    }


def import_states(dataset: Import, role_arn: str, catch: Cases, **parameters: object) -> dict[str, State]:
    """Return the states that create the job at `$.starting`, and go on to `Count<name>`."""
    name = dataset.dataset.capitalize()
    created_before = {
        "ErrorEquals": ["Personalize.ResourceAlreadyExistsException"],
        "ResultPath": "$.created",
        "Next": f"Take{name}",
    }
    call = personalize_call(
        "createDatasetImportJob",
        {
            "JobName.$": "$.starting.name",
            "DatasetArn": dataset.dataset_arn,
            "DataSource": {"DataLocation": dataset.location},
            "RoleArn": role_arn,
            "ImportMode.$": f"{PLAN}.mode",
            **parameters,
        },
        Catch=[created_before, *catch],
        ResultPath="$.started",
        Next=f"Count{name}",
    )
    return {
        f"Import{name}": {**call, "Retry": [*call["Retry"], RETRY_WHILE_IMPORTING]},
        f"Take{name}": {
            "Type": "Pass",
            "Parameters": {"DatasetImportJobArn.$": "$.starting.arn"},
            "ResultPath": "$.started",
            "Next": f"Count{name}",
        },
    }


def import_polling(name: str, when_active: Mapping[str, object], failure_state: str | None = None) -> Polling:
    return Polling(
        name=name,
        describe="describeDatasetImportJob",
        parameters={"DatasetImportJobArn.$": "$.started.DatasetImportJobArn"},
        resource="DatasetImportJob",
        max_polls=MAX_IMPORT_POLLS,
        when_active=when_active,
        failure_state=failure_state,
    )


def _branch_catch(name: str) -> Cases:
    return [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": f"{name}NotPrepared"}]


def _branch_ends(name: str) -> dict[str, State]:
    """Return the last states of a branch; only the failure is kept of what it did."""
    return {
        f"{name}Prepared": {"Type": "Pass", "Parameters": {"dataset": name}, "End": True},
        f"{name}NotPrepared": {"Type": "Pass", "Parameters": {"failure.$": "$.failure"}, "End": True},
    }


def _job_states(name: str, job_name: str, since: str | None, after: str) -> dict[str, State]:
    return {
        f"Write{name}": {
            **job_task(job_name, since, f"{PLAN}.end"),
            "Next": after,
            "Catch": _branch_catch(name),
        }
    }


def job_task(job_name: str, since: str | None, until: str) -> State:
    """Return a task that runs a job over a span whose ends are at these paths; None has no beginning."""
    arguments = (
        {"--import_mode.$": f"{PLAN}.mode", "--since.$": since}
        if since
        else {"--import_mode": "FULL", "--since": FULL_HISTORY}
    )
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": job_name, "Arguments": {**arguments, "--until.$": until}},
        "TimeoutSeconds": JOB_TIMEOUT_SECONDS,
        "Retry": [
            {
                "ErrorEquals": ["Glue.ConcurrentRunsExceededException"],
                "IntervalSeconds": 60,
                "BackoffRate": 2,
                "MaxAttempts": 3,
            },
            retry_call(GLUE),
        ],
        "ResultPath": "$.job",
    }
