"""A running Personalize twin with boto3 clients, for tests."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.twin.services.personalize import PersonalizeService
from local.twin.services.personalize.background import Job, ManualBackground, ThreadedBackground
from local.twin.services.personalize.server import PersonalizeServer
from tests.support.personalize_data import (
    INTERACTIONS,
    ITEMS,
    ROLE,
    START,
    USERS,
    interactions,
    items,
    to_csv,
    users,
)


class InMemoryObjects:
    """The part of S3 that an import job reads."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}

    def put(self, location: str, content: str | bytes) -> str:
        """Store an object and return its location."""
        bucket, _, key = location.removeprefix("s3://").partition("/")
        self.objects[bucket, key] = content.encode() if isinstance(content, str) else content
        return location

    def get_object(self, **kwargs: Any) -> Any:
        return {"Body": io.BytesIO(self.objects[kwargs["Bucket"], kwargs["Key"]])}

    def list_objects_v2(self, **kwargs: Any) -> Any:
        if not any(bucket == kwargs["Bucket"] for bucket, _ in self.objects):
            raise ClientError(
                {"Error": {"Code": "NoSuchBucket", "Message": "no such bucket"}}, "ListObjectsV2"
            )
        found = [
            {"Key": key, "Size": len(content)}
            for (bucket, key), content in sorted(self.objects.items())
            if bucket == kwargs["Bucket"] and key.startswith(kwargs["Prefix"])
        ]
        return {"Contents": found, "IsTruncated": False}


class HoldableBackground:
    """Runs jobs in threads; while held, keeps new jobs so that a test can look at their first state."""

    def __init__(self) -> None:
        self._threads = ThreadedBackground(pause_seconds=0.001)
        self._held: ManualBackground | None = None

    def start(self, job: Job) -> None:
        """Start a job, or keep it."""
        (self._held or self._threads).start(job)

    def hold(self) -> None:
        """Keep the jobs that start from now on."""
        self._held = ManualBackground()

    def finish(self) -> None:
        """Run the kept jobs to their end, and new jobs in threads again."""
        held, self._held = self._held, None
        if held:
            held.finish()

    def close(self) -> None:
        """Wait for the running jobs."""
        self._threads.close()


class Clients:
    """boto3 clients of the three services at one endpoint."""

    def __init__(self, url: str) -> None:
        session = boto3.Session(
            aws_access_key_id="key", aws_secret_access_key="secret", region_name="us-east-1"
        )
        config = Config(retries={"total_max_attempts": 1})
        self.control = session.client("personalize", endpoint_url=url, config=config)
        self.runtime = session.client("personalize-runtime", endpoint_url=url, config=config)
        self.events = session.client("personalize-events", endpoint_url=url, config=config)

    def close(self) -> None:
        """Close the clients."""
        for client in (self.control, self.runtime, self.events):
            client.close()

    def until_settled(self, describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Poll a resource until its status is final and return it."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = describe()
            if found["status"] in ("ACTIVE", "CREATE FAILED", "CREATE STOPPED", "COMPLETED", "FAILED"):
                return found
            time.sleep(0.01)
        raise AssertionError(f"expected a final status within a minute, got {found['status']}")


@dataclass(kw_only=True)
class PersonalizeTwin:
    """A running Personalize, with helpers that create resources and wait until they are settled."""

    service: PersonalizeService
    objects: InMemoryObjects
    clients: Clients
    background: HoldableBackground

    def filter(self, group: str, name: str, expression: str) -> str:
        """Create a filter and return its ARN."""
        control = self.clients.control
        made = control.create_filter(name=name, datasetGroupArn=group, filterExpression=expression)
        arn: str = made["filterArn"]
        self.clients.until_settled(lambda: control.describe_filter(filterArn=arn)["filter"])
        return arn

    def group(self, name: str) -> str:
        """Create a dataset group and return its ARN."""
        arn: str = self.clients.control.create_dataset_group(name=name)["datasetGroupArn"]
        self.clients.until_settled(
            lambda: self.clients.control.describe_dataset_group(datasetGroupArn=arn)["datasetGroup"]
        )
        return arn

    def dataset(self, group: str, kind: str, schema: str, name: str) -> str:
        """Create a schema and a dataset, and return the dataset's ARN."""
        control = self.clients.control
        schema_arn = control.create_schema(name=name, schema=schema)["schemaArn"]
        arn: str = control.create_dataset(
            name=name, schemaArn=schema_arn, datasetGroupArn=group, datasetType=kind
        )["datasetArn"]
        self.clients.until_settled(lambda: control.describe_dataset(datasetArn=arn)["dataset"])
        return arn

    def load(self, dataset: str, job: str, content: str, mode: str = "FULL") -> dict[str, Any]:
        """Import CSV content and return the settled job."""
        control = self.clients.control
        location = self.objects.put(f"s3://curated/{job}/part.csv", content)
        arn: str = control.create_dataset_import_job(
            jobName=job,
            datasetArn=dataset,
            dataSource={"dataLocation": location},
            roleArn=ROLE,
            importMode=mode,
        )["datasetImportJobArn"]
        return self.clients.until_settled(
            lambda: control.describe_dataset_import_job(datasetImportJobArn=arn)["datasetImportJob"]
        )

    def loaded_group(self, name: str, rows: list[dict[str, Any]] | None = None) -> str:
        """Create a group with the three datasets imported, and return its ARN."""
        group = self.group(name)
        for kind, schema, data in (
            ("Interactions", INTERACTIONS, rows or interactions()),
            ("Users", USERS, users()),
            ("Items", ITEMS, items()),
        ):
            dataset = self.dataset(group, kind, schema, f"{name}-{kind.lower()}")
            job = self.load(dataset, f"{name}-{kind.lower()}", to_csv(data))
            assert job["status"] == "ACTIVE", job
        return group

    def solution(self, group: str, name: str, recipe: str = "aws-user-personalization") -> str:
        """Create a solution that learns from clicks and return its ARN."""
        control = self.clients.control
        arn: str = control.create_solution(
            name=name,
            datasetGroupArn=group,
            recipeArn=f"arn:aws:personalize:::recipe/{recipe}",
            eventType="click",
            performAutoTraining=False,
        )["solutionArn"]
        self.clients.until_settled(lambda: control.describe_solution(solutionArn=arn)["solution"])
        return arn

    def version(self, solution: str) -> dict[str, Any]:
        """Train a solution and return the settled version."""
        control = self.clients.control
        arn: str = control.create_solution_version(solutionArn=solution)["solutionVersionArn"]
        return self.clients.until_settled(
            lambda: control.describe_solution_version(solutionVersionArn=arn)["solutionVersion"]
        )

    def campaign(self, name: str, version: str, **config: object) -> str:
        """Create an active campaign and return its ARN."""
        control = self.clients.control
        arn: str = control.create_campaign(name=name, solutionVersionArn=version, campaignConfig=config)[
            "campaignArn"
        ]
        found = self.clients.until_settled(lambda: control.describe_campaign(campaignArn=arn)["campaign"])
        assert found["status"] == "ACTIVE", found
        return arn


@contextmanager
def running_personalize(*, campaign_tps: float = 500) -> Iterator[PersonalizeTwin]:
    """Serve Personalize on a free port, with a clock shortly after the data's start."""
    objects = InMemoryObjects()
    background = HoldableBackground()
    service = PersonalizeService(
        lambda _role_arn: objects,
        lambda: datetime.fromtimestamp(START + 300_000, tz=UTC),
        background=background,
        campaign_tps=campaign_tps,
    )
    with PersonalizeServer(service) as server:
        clients = Clients(server.url)
        yield PersonalizeTwin(service=service, objects=objects, clients=clients, background=background)
        clients.close()
    background.close()
