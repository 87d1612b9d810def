"""A training state machine on the twin, with fake Glue jobs."""

import asyncio
import json
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import pytest

from domain.raw_file import RawFile
from lambdas.adapters.import_files import S3ImportFiles
from lambdas.logic.import_messages import serve_step
from lambdas.logic.import_plan import ImportLimits, ImportPlanner
from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_answer
from local.twin.twin import Twin
from stacks.training.definition import Training, training_definition
from stacks.training.import_mode import ImportMode
from stacks.training.imports import Import
from stacks.training.tagging import with_tags
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
TAGS = {"application": "touchline", "stage": "test"}
DATA = {"interactions": (INTERACTIONS, interactions), "users": (USERS, users), "items": (ITEMS, items)}
TIMEOUT_SECONDS = 90
ANY_SIZE = ImportLimits(min_increment_bytes=0)


class FinishedJobs:
    """Glue jobs that succeed at once, or fail with `failure`; the test writes their datasets."""

    def __init__(self) -> None:
        self.failure: str | None = None
        self.write_interactions: Callable[[dict[str, str]], None] = lambda _arguments: None
        """Is called with the arguments of a run of the interactions job."""
        self.arguments: dict[str, dict[str, str]] = {}
        """Arguments of the latest run, by job."""

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        fields = request.json()
        if request.operation == "StartJobRun":
            self.arguments[fields["JobName"]] = fields.get("Arguments", {})
            if fields["JobName"] == "interactions":
                await asyncio.to_thread(self.write_interactions, fields.get("Arguments", {}))
            return json_answer({"JobRunId": "jr_1"})
        state = {"JobRunState": "FAILED", "ErrorMessage": self.failure} if self.failure else {}
        run = {"Id": "jr_1", "JobName": fields["JobName"], "JobRunState": "SUCCEEDED", **state}
        return json_answer({"JobRun": run})


class Planners:
    """The function `plan_import` of each rig, by its name."""

    def __init__(self) -> None:
        self.planners: dict[str, ImportPlanner] = {}

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        name = unquote(request.path).split("/functions/")[1].split("/")[0].rpartition(":")[2]
        planner = self.planners[name]
        return json_answer(await asyncio.to_thread(serve_step, planner, request.json()))


@dataclass(kw_only=True)
class RawFiles:
    """The raw clickstream: files with the rows that the job makes of them, and uploads under way."""

    rows: dict[RawFile, list[dict[str, Any]]] = field(default_factory=dict)
    under_way: list[datetime] = field(default_factory=list)

    def files(self) -> list[RawFile]:
        return list(self.rows)

    def uploads(self) -> list[datetime]:
        return self.under_way

    def rows_between(self, since: str, until: str) -> list[dict[str, Any]]:
        """Return the rows of the files of a span, as the job would write them."""
        first, end = datetime.fromisoformat(since), datetime.fromisoformat(until)
        return [row for file, rows in self.rows.items() if first <= file.written_at < end for row in rows]


@dataclass(kw_only=True)
class TrainingRig:
    """A solution with its datasets, and the state machine that trains it."""

    twin: Twin
    jobs: FinishedJobs
    planners: Planners
    limits: ImportLimits = ANY_SIZE
    raw: RawFiles = field(default_factory=RawFiles)
    name: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:8]}")
    default_import_mode: ImportMode = ImportMode.FULL
    allows_full_imports: bool = True

    def __post_init__(self) -> None:
        self.personalize = self.twin.client("personalize")
        self.machines = self.twin.client("stepfunctions")
        created = self.personalize.create_dataset_group(name=self.name)["datasetGroupArn"]
        self._active("describe_dataset_group", "datasetGroup", created)
        self.group = created
        self.imports = {name: self._dataset(name) for name in DATA}
        self.datasets = {name: one.dataset_arn for name, one in self.imports.items()}
        self.campaign = created.replace(":dataset-group/", ":campaign/")
        self.parameter = f"/touchline/{self.name}/serving-solution-version"
        self.imported_parameter = f"/touchline/{self.name}/imported-until"
        self.started_parameter = f"/touchline/{self.name}/import-started"
        dataset = S3ImportFiles(self.twin.client("s3"), BUCKET, f"{self.name}/interactions/")
        self.planners.planners[self.name] = ImportPlanner(self.raw, dataset, self.limits)
        self.use_solution(self.name, "aws-user-personalization")
        self.queue = self._subscribe()

    def use_solution(self, name: str, recipe: str) -> None:
        """Create a solution, and a state machine that trains it for the campaign that there is."""
        self.solution = self.personalize.create_solution(
            name=name,
            datasetGroupArn=self.group,
            recipeArn=f"arn:aws:personalize:::recipe/{recipe}",
            eventType="click",
            performAutoTraining=False,
        )["solutionArn"]
        self._active("describe_solution", "solution", self.solution)
        definition = training_definition(
            Training(
                interactions=self.imports["interactions"],
                entities=(self.imports["users"], self.imports["items"]),
                popularity_job_name="popularity",
                reader_role_arn=ROLE,
                solution_arn=self.solution,
                campaign_arn=self.campaign,
                imported_parameter=self.imported_parameter,
                started_parameter=self.started_parameter,
                serving_parameter=self.parameter,
                held_parameter=f"/touchline/{self.name}/publication-held",
                plan_function_arn=f"arn:aws:lambda:eu-central-1:123456789012:function:{self.name}",
                full_import_days=365,
                stage=self.name,
                default_import_mode=self.default_import_mode,
                allows_full_imports=self.allows_full_imports,
            )
        )
        self.machine = self.machines.create_state_machine(
            name=name, definition=json.dumps(_with_patience(with_tags(definition, TAGS))), roleArn=ROLE
        )["stateMachineArn"]

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

    def entered_states(self, execution: str) -> set[str]:
        """Return the names of the states that the execution has entered."""
        history = self.machines.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        return {
            each["stateEnteredEventDetails"]["name"] for each in history if "stateEnteredEventDetails" in each
        }

    def ask_until_ended(self, execution: str) -> list[list[str]]:
        """Ask for recommendations until the execution has ended; return the items of each answer."""
        runtime = self.twin.client("personalize-runtime")
        answers = []
        while self.machines.describe_execution(executionArn=execution)["status"] == "RUNNING":
            answer = runtime.get_recommendations(campaignArn=self.campaign, userId="u1", numResults=3)
            answers.append([item["itemId"] for item in answer["itemList"]])
        return answers

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

    def interactions(self) -> list[str]:
        """Return the recommendation id of each imported interaction."""
        rows = self.twin.personalize.imported_interactions(self.group)
        return [str(row["RECOMMENDATION_ID"]) for row in rows]

    def import_history(self, rows: list[dict[str, Any]]) -> None:
        """Import interactions as the owner of an adopted group did, with a tracker and an attribution."""
        for dataset, history in {"interactions": rows, "users": users(), "items": items()}.items():
            key = f"{self.name}/history/{dataset}.csv"
            self.twin.client("s3").put_object(Bucket=BUCKET, Key=key, Body=to_csv(history).encode())
            job = self.personalize.create_dataset_import_job(
                jobName=f"{self.name}-{dataset}-history",
                datasetArn=self.datasets[dataset],
                dataSource={"dataLocation": f"s3://{BUCKET}/{key}"},
                roleArn=ROLE,
                importMode="FULL",
            )["datasetImportJobArn"]
            self._active("describe_dataset_import_job", "datasetImportJob", job)
        self.personalize.create_event_tracker(name=self.name, datasetGroupArn=self.group)
        self.personalize.create_metric_attribution(
            name=self.name,
            datasetGroupArn=self.group,
            metrics=[{"eventType": "click", "metricName": "clicks", "expression": "SAMPLECOUNT()"}],
            metricsOutputConfig={"roleArn": ROLE},
        )

    def import_statuses(self, dataset: str) -> list[str]:
        """Return the status of each import of a dataset."""
        listed = self.personalize.list_dataset_import_jobs(datasetArn=self.datasets[dataset])
        return [job["status"] for job in listed["datasetImportJobs"]]

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

    def deploy_campaign(self, **config: Any) -> None:
        """Create the campaign, as `cdk deploy 'Campaign/*'` does after the first training."""
        self.personalize.create_campaign(
            name=self.name, solutionVersionArn=self.serving_version(), campaignConfig=config
        )
        self._active("describe_campaign", "campaign", self.campaign)

    def versions(self) -> list[str]:
        """Return the ARNs of the solution's versions."""
        listed = self.personalize.list_solution_versions(solutionArn=self.solution)
        return [one["solutionVersionArn"] for one in listed["solutionVersions"]]

    def tags(self, arn: str) -> dict[str, str]:
        """Return the tags of a resource of Personalize."""
        listed = self.personalize.list_tags_for_resource(resourceArn=arn)["tags"]
        return {tag["tagKey"]: tag["tagValue"] for tag in listed}

    def import_jobs(self, dataset: str) -> list[str]:
        """Return the ARNs of the import jobs of a dataset."""
        listed = self.personalize.list_dataset_import_jobs(datasetArn=self.datasets[dataset])
        return [job["datasetImportJobArn"] for job in listed["datasetImportJobs"]]

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
        self.twin.put_resource_policy(arn, _sent_by_rules(arn))
        ended = {"stateMachineArn": [self.machine], "status": ["ABORTED", "TIMED_OUT"]}
        for rule, pattern in (
            (f"{self.name}-status", {"source": ["touchline.training"], "detail": {"stage": [self.name]}}),
            (f"{self.name}-ended", {"source": ["aws.states"], "detail": ended}),
        ):
            events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
            events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
        return url


def _with_patience(definition: Any) -> Any:
    """Return a definition whose numbers of polls have no end: without waits they are over in seconds."""

    def without_end(fields: dict[str, Any]) -> dict[str, Any]:
        counts_polls = fields.get("Variable") == "$.count.polls"
        return {**fields, "NumericGreaterThanEquals": sys.maxsize} if counts_polls else fields

    return json.loads(json.dumps(definition), object_hook=without_end)


def _sent_by_rules(queue_arn: str) -> dict[str, Any]:
    """Return the policy of a queue to which rules of EventBridge send."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
