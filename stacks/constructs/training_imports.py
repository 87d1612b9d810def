"""States that bring one dataset into Personalize: its Glue job, then its import job."""

from collections.abc import Mapping
from dataclasses import dataclass

from stacks.constructs.training_polling import Polling, State, personalize_call, polling

IMPORT_TRIES = 6 * 60


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
            **_job_states(name, one.job_name, {"Next": f"Import{name}"}),
            f"Import{name}": personalize_call(
                "createDatasetImportJob",
                {
                    "JobName.$": f"States.Format('{one.name_prefix}{{}}', States.UUID())",
                    "DatasetArn": one.dataset_arn,
                    "DataSource": {"DataLocation": one.location},
                    "RoleArn": role_arn,
                    "ImportMode.$": "$.importMode",
                },
                ResultPath="$.started",
                Next=f"Count{name}",
            ),
            **polling(
                Polling(
                    name=name,
                    describe="describeDatasetImportJob",
                    parameters={"DatasetImportJobArn.$": "$.started.DatasetImportJobArn"},
                    settled="DatasetImportJob",
                    tries=IMPORT_TRIES,
                    when_active={"End": True},
                )
            ),
        },
    }


def job_branch(dataset: str, job_name: str) -> State:
    """A job whose output Personalize does not read."""
    name = dataset.capitalize()
    return {"StartAt": f"Write{name}", "States": _job_states(name, job_name, {"End": True})}


def _job_states(name: str, job_name: str, after: Mapping[str, object]) -> dict[str, State]:
    caught = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": f"{name}JobFailed"}
    return {
        f"Write{name}": {**_job_task(job_name), **after, "Catch": [caught]},
        f"{name}JobFailed": {"Type": "Fail", "Error": "JobFailed", "CausePath": "$.failure.Cause"},
    }


def _job_task(job_name: str) -> State:
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
    }
