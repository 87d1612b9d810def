"""A running service with a trained campaign, shared by the tests that only read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from local.twin.services.personalize import PersonalizeService
from local.twin.services.personalize.server import PersonalizeServer
from tests.integration.personalize.support import (
    INTERACTIONS,
    ITEMS,
    ROLE,
    START,
    USERS,
    Clients,
    HoldableBackground,
    InMemoryObjects,
    interactions,
    items,
    to_csv,
    users,
)


@dataclass(kw_only=True)
class Twin:
    service: PersonalizeService
    objects: InMemoryObjects
    clients: Clients
    background: HoldableBackground

    def group(self, name: str) -> str:
        arn = self.clients.control.create_dataset_group(name=name)["datasetGroupArn"]
        self.clients.until_settled(
            lambda: self.clients.control.describe_dataset_group(datasetGroupArn=arn)["datasetGroup"]
        )
        return arn

    def dataset(self, group: str, kind: str, schema: str, name: str) -> str:
        control = self.clients.control
        schema_arn = control.create_schema(name=name, schema=schema)["schemaArn"]
        arn = control.create_dataset(
            name=name, schemaArn=schema_arn, datasetGroupArn=group, datasetType=kind
        )["datasetArn"]
        self.clients.until_settled(lambda: control.describe_dataset(datasetArn=arn)["dataset"])
        return arn

    def load(self, dataset: str, job: str, content: str, mode: str = "FULL") -> dict:
        control = self.clients.control
        location = self.objects.put(f"s3://curated/{job}/part.csv", content)
        arn = control.create_dataset_import_job(
            jobName=job,
            datasetArn=dataset,
            dataSource={"dataLocation": location},
            roleArn=ROLE,
            importMode=mode,
        )["datasetImportJobArn"]
        return self.clients.until_settled(
            lambda: control.describe_dataset_import_job(datasetImportJobArn=arn)["datasetImportJob"]
        )

    def loaded_group(self, name: str, rows: list | None = None) -> str:
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
        control = self.clients.control
        arn = control.create_solution(
            name=name,
            datasetGroupArn=group,
            recipeArn=f"arn:aws:personalize:::recipe/{recipe}",
            eventType="click",
            performAutoTraining=False,
        )["solutionArn"]
        self.clients.until_settled(lambda: control.describe_solution(solutionArn=arn)["solution"])
        return arn

    def version(self, solution: str) -> dict:
        control = self.clients.control
        arn = control.create_solution_version(solutionArn=solution)["solutionVersionArn"]
        return self.clients.until_settled(
            lambda: control.describe_solution_version(solutionVersionArn=arn)["solutionVersion"]
        )

    def campaign(self, name: str, version: str, **config: object) -> str:
        control = self.clients.control
        arn = control.create_campaign(name=name, solutionVersionArn=version, campaignConfig=config)[
            "campaignArn"
        ]
        found = self.clients.until_settled(lambda: control.describe_campaign(campaignArn=arn)["campaign"])
        assert found["status"] == "ACTIVE", found
        return arn


def running_twin(**options: object) -> Iterator[Twin]:
    objects = InMemoryObjects()
    background = HoldableBackground()
    service = PersonalizeService(
        lambda: objects,
        lambda: datetime.fromtimestamp(START + 300_000, tz=UTC),
        background=background,
        **options,
    )
    with PersonalizeServer(service) as server:
        clients = Clients(server.url)
        yield Twin(service=service, objects=objects, clients=clients, background=background)
        clients.close()
    background.close()


@pytest.fixture
def twin() -> Iterator[Twin]:
    yield from running_twin()


@dataclass(kw_only=True)
class Trained:
    twin: Twin
    group: str
    campaign: str


@pytest.fixture(scope="module")
def trained() -> Iterator[Trained]:
    for twin in running_twin(campaign_tps=100_000):
        group = twin.loaded_group("shared")
        version = twin.version(twin.solution(group, "shared"))
        assert version["status"] == "ACTIVE", version
        campaign = twin.campaign(
            "shared",
            version["solutionVersionArn"],
            itemExplorationConfig={"explorationWeight": "0", "explorationItemAgeCutOff": "30"},
            enableMetadataWithRecommendations=True,
        )
        yield Trained(twin=twin, group=group, campaign=campaign)
