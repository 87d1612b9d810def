"""A training state machine on the twin, with fake Glue jobs."""

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_answer
from local.twin.twin import Twin
from stacks.training.definition import Training, training_definition
from stacks.training.imports import Import
from tests.support.personalize_data import (
    INTERACTIONS,
    ITEMS,
    ROLE,
    USERS,
    interactions,
    items,
    to_csv,
    users,
)

BUCKET = "curated"
DATA = {"interactions": (INTERACTIONS, interactions), "users": (USERS, users), "items": (ITEMS, items)}
TIMEOUT_SECONDS = 90


class FinishedJobs:
    """Glue jobs that succeed at once, or fail with `failure`; the test writes their datasets."""

    def __init__(self) -> None:
        self.failure: str | None = None
        self.arguments: dict[str, dict[str, str]] = {}
        """Arguments of the latest run, by job."""

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        fields = request.json()
        if request.operation == "StartJobRun":
            self.arguments[fields["JobName"]] = fields.get("Arguments", {})
            return json_answer({"JobRunId": "jr_1"})
        state = {"JobRunState": "FAILED", "ErrorMessage": self.failure} if self.failure else {}
        run = {"Id": "jr_1", "JobName": fields["JobName"], "JobRunState": "SUCCEEDED", **state}
        return json_answer({"JobRun": run})


@dataclass(kw_only=True)
class TrainingRig:
    """A solution with its datasets, and the state machine that trains it."""

    twin: Twin
    jobs: FinishedJobs
    name: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        self.personalize = self.twin.client("personalize")
        self.machines = self.twin.client("stepfunctions")
        created = self.personalize.create_dataset_group(name=self.name)["datasetGroupArn"]
        self._active("describe_dataset_group", "datasetGroup", created)
        self.group = created
        imports = {name: self._dataset(name) for name in DATA}
        self.datasets = {name: one.dataset_arn for name, one in imports.items()}
        self.solution = self.personalize.create_solution(
            name=self.name,
            datasetGroupArn=created,
            recipeArn="arn:aws:personalize:::recipe/aws-user-personalization",
            eventType="click",
            performAutoTraining=False,
        )["solutionArn"]
        self._active("describe_solution", "solution", self.solution)
        self.campaign = self.solution.replace(":solution/", ":campaign/")
        self.parameter = f"/touchline/{self.name}/serving-solution-version"
        self.imported_parameter = f"/touchline/{self.name}/imported-until"
        definition = training_definition(
            Training(
                interactions=imports["interactions"],
                entities=(imports["users"], imports["items"]),
                popularity_job_name="popularity",
                reader_role_arn=ROLE,
                solution_arn=self.solution,
                campaign_arn=self.campaign,
                imported_parameter=self.imported_parameter,
                serving_parameter=self.parameter,
                stage=self.name,
            )
        )
        self.machine = self.machines.create_state_machine(
            name=self.name, definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
        self.queue = self._subscribe()

    def write_dataset(self, dataset: str, rows: list[dict[str, Any]]) -> None:
        """Write a dataset where its Glue job would."""
        key = f"{self.name}/{dataset}/part-0.csv"
        self.twin.client("s3").put_object(Bucket=BUCKET, Key=key, Body=to_csv(rows).encode())

    def start(self, poll_seconds: int = 0, **fields: Any) -> str:
        """Start an execution and return its ARN."""
        execution_input = json.dumps({"pollSeconds": poll_seconds, **fields})
        arn: str = self.machines.start_execution(
            stateMachineArn=self.machine, name=uuid.uuid4().hex, input=execution_input
        )["executionArn"]
        return arn

    def wait_until_ended(self, execution: str) -> dict[str, Any]:
        """Wait until the execution has ended and return it."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            found: dict[str, Any] = self.machines.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.1)
        pytest.fail(f"the execution did not end within {TIMEOUT_SECONDS} s")

    def train(self, **fields: Any) -> dict[str, Any]:
        """Run the state machine to its end and return the execution."""
        return self.wait_until_ended(self.start(**fields))

    def next_status(self) -> dict[str, Any]:
        """Return the detail of the next event on EventBridge."""
        sqs = self.twin.client("sqs")
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            answer = sqs.receive_message(QueueUrl=self.queue, WaitTimeSeconds=1, MaxNumberOfMessages=1)
            for message in answer.get("Messages", []):
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                detail: dict[str, Any] = json.loads(message["Body"])["detail"]
                return detail
        pytest.fail(f"no event on EventBridge within {TIMEOUT_SECONDS} s")

    def serving_version(self) -> str:
        """Return the solution version that the campaign's template would deploy."""
        answer = self.twin.client("ssm").get_parameter(Name=self.parameter)
        value: str = answer["Parameter"]["Value"]
        return value

    def imported_until(self) -> str:
        """Return the time up to which the clickstream is imported."""
        answer = self.twin.client("ssm").get_parameter(Name=self.imported_parameter)
        value: str = answer["Parameter"]["Value"]
        return value

    def deploy_campaign(self) -> None:
        """Create the campaign, as `cdk deploy 'Campaign/*'` does after the first training."""
        self.personalize.create_campaign(name=self.name, solutionVersionArn=self.serving_version())
        self._active("describe_campaign", "campaign", self.campaign)

    def versions(self) -> list[str]:
        """Return the ARNs of the solution's versions."""
        listed = self.personalize.list_solution_versions(solutionArn=self.solution)
        return [one["solutionVersionArn"] for one in listed["solutionVersions"]]

    def import_modes(self, dataset: str) -> list[str]:
        """Return the import mode of each import of a dataset, oldest first."""
        listed = self.personalize.list_dataset_import_jobs(datasetArn=self.datasets[dataset])
        jobs = sorted(listed["datasetImportJobs"], key=lambda job: job["creationDateTime"])
        return [job["importMode"] for job in jobs]

    def _dataset(self, name: str) -> Import:
        schema, rows = DATA[name]
        schema_arn = self.personalize.create_schema(name=f"{self.name}-{name}", schema=schema)["schemaArn"]
        arn = self.personalize.create_dataset(
            name=f"{self.name}-{name}", schemaArn=schema_arn, datasetGroupArn=self.group, datasetType=name
        )["datasetArn"]
        self._active("describe_dataset", "dataset", arn)
        self.write_dataset(name, rows())
        location = f"s3://{BUCKET}/{self.name}/{name}/"
        prefix = f"{self.name}-{name}-"
        return Import(dataset=name, job_name=name, dataset_arn=arn, location=location, name_prefix=prefix)

    def _active(self, describe: str, answer: str, arn: str) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if getattr(self.personalize, describe)(**{f"{answer}Arn": arn})[answer]["status"] == "ACTIVE":
                return
            time.sleep(0.02)
        pytest.fail(f"{arn} did not become active")

    def _subscribe(self) -> str:
        events, sqs = self.twin.client("events"), self.twin.client("sqs")
        url: str = sqs.create_queue(QueueName=self.name)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        ended = {"stateMachineArn": [self.machine], "status": ["ABORTED", "TIMED_OUT"]}
        for rule, pattern in (
            (f"{self.name}-status", {"source": ["touchline.training"], "detail": {"stage": [self.name]}}),
            (f"{self.name}-ended", {"source": ["aws.states"], "detail": ended}),
        ):
            events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
            events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
        return url
