"""Every operation that stacks, handlers and tools use: called by boto3, once accepted and once refused.

An answer is held against botocore's model of its operation, and an error against those that it declares.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.model import ListShape, OperationModel, Shape, StructureShape

from paths import ROOT
from tests.support.personalize_data import INTERACTIONS, ITEMS, ROLE, USERS
from tests.support.personalize_twin import PersonalizeTwin, running_personalize

SNAPSHOTS = ROOT / "tests" / "infrastructure" / "__snapshots__" / "test_snapshots"
RECIPE = "arn:aws:personalize:::recipe/aws-user-personalization"
METRICS = [{"eventType": "click", "metricName": "clicks", "expression": "SAMPLECOUNT()"}]
REPORTS = {"roleArn": ROLE, "s3DataDestination": {"path": "s3://reports/"}}
EVENT = {"eventType": "click", "itemId": "beer", "sentAt": 1_700_000_000}
KINDS = {
    "DatasetGroup": "datasetGroupArn",
    "Schema": "schemaArn",
    "Dataset": "datasetArn",
    "DatasetImportJob": "datasetImportJobArn",
    "Solution": "solutionArn",
    "SolutionVersion": "solutionVersionArn",
    "Campaign": "campaignArn",
    "Filter": "filterArn",
    "EventTracker": "eventTrackerArn",
    "MetricAttribution": "metricAttributionArn",
}
TOO_CURIOUS = {"campaignConfig": {"itemExplorationConfig": {"explorationWeight": "1.5"}}}
Arguments = dict[str, Any]


@dataclass(kw_only=True)
class House:
    """A trained dataset group with one of everything, and fresh ones to be deleted."""

    twin: PersonalizeTwin
    arns: dict[str, str]
    tracking_id: str
    ranking: str
    numbers: Iterator[int]

    def name(self) -> str:
        return f"n{next(self.numbers)}"

    def fresh(self, kind: str) -> str:
        """Another one of a kind, which nothing needs."""
        control = self.twin.clients.control
        if kind == "Schema":
            return str(control.create_schema(name=self.name(), schema=USERS)["schemaArn"])
        if kind == "Solution":
            return self.twin.solution(self.arns["DatasetGroup"], self.name())
        if kind == "Campaign":
            return self.twin.campaign(self.name(), self.arns["SolutionVersion"])
        group = self.twin.group(self.name())
        if kind == "DatasetGroup":
            return group
        dataset = self.twin.dataset(group, "Interactions", INTERACTIONS, self.name())
        if kind == "Dataset":
            return dataset
        make = {"Filter": _filter, "EventTracker": _tracker, "MetricAttribution": _attribution}[kind]
        return make(self.twin, group, self.name())


def _settled(twin: PersonalizeTwin, what: str, arn: str) -> str:
    describe = getattr(twin.clients.control, f"describe_{what}")
    member = "".join(word.capitalize() for word in what.split("_"))
    member = member[0].lower() + member[1:]
    twin.clients.until_settled(lambda: describe(**{f"{member}Arn": arn})[member])
    return arn


def _filter(twin: PersonalizeTwin, group: str, name: str) -> str:
    expression = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("dismissal")'
    arn = twin.clients.control.create_filter(name=name, datasetGroupArn=group, filterExpression=expression)
    return _settled(twin, "filter", arn["filterArn"])


def _tracker(twin: PersonalizeTwin, group: str, name: str) -> str:
    made = twin.clients.control.create_event_tracker(name=name, datasetGroupArn=group)
    return _settled(twin, "event_tracker", made["eventTrackerArn"])


def _attribution(twin: PersonalizeTwin, group: str, name: str) -> str:
    made = twin.clients.control.create_metric_attribution(
        name=name, datasetGroupArn=group, metrics=METRICS, metricsOutputConfig=REPORTS
    )
    return _settled(twin, "metric_attribution", made["metricAttributionArn"])


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with running_personalize(campaign_tps=100_000) as twin:
        control = twin.clients.control
        group = twin.loaded_group("house")
        solution = twin.solution(group, "house")
        version = twin.version(solution)["solutionVersionArn"]
        tracker = _tracker(twin, group, "house")
        jobs = control.list_dataset_import_jobs()["datasetImportJobs"]
        yield House(
            twin=twin,
            arns={
                "DatasetGroup": group,
                "Schema": control.list_schemas()["schemas"][0]["schemaArn"],
                "Dataset": group.replace("dataset-group/house", "dataset/house/ITEMS"),
                "DatasetImportJob": jobs[0]["datasetImportJobArn"],
                "Solution": solution,
                "SolutionVersion": version,
                "Campaign": twin.campaign("house", version),
                "Filter": _filter(twin, group, "house"),
                "EventTracker": tracker,
                "MetricAttribution": _attribution(twin, group, "house"),
            },
            tracking_id=control.describe_event_tracker(eventTrackerArn=tracker)["eventTracker"]["trackingId"],
            ranking=twin.campaign(
                "ranking",
                twin.version(twin.solution(group, "r", "aws-personalized-ranking"))["solutionVersionArn"],
            ),
            numbers=itertools.count(),
        )


def _new_group(house: House) -> Arguments:
    return {"name": house.name(), "datasetGroupArn": house.fresh("DatasetGroup")}


def _in_fresh_dataset_group(house: House) -> Arguments:
    group = house.twin.group(house.name())
    house.twin.dataset(group, "Interactions", INTERACTIONS, house.name())
    return {"name": house.name(), "datasetGroupArn": group}


ACCEPTED: dict[str, Callable[[House], Arguments]] = {
    "CreateDatasetGroup": lambda house: {"name": house.name()},
    "CreateSchema": lambda house: {"name": house.name(), "schema": ITEMS},
    "CreateDataset": lambda house: {
        **_new_group(house),
        "datasetType": "Users",
        "schemaArn": house.fresh("Schema"),
    },
    "CreateDatasetImportJob": lambda house: {
        "jobName": house.name(),
        "datasetArn": house.arns["Dataset"],
        "dataSource": {"dataLocation": "s3://curated/house-items/part.csv"},
        "roleArn": ROLE,
        "importMode": "INCREMENTAL",
    },
    "CreateSolution": lambda house: {
        "name": house.name(),
        "datasetGroupArn": house.arns["DatasetGroup"],
        "recipeArn": RECIPE,
        "eventType": "click",
    },
    "UpdateSolution": lambda house: {"solutionArn": house.fresh("Solution"), "performAutoTraining": False},
    "CreateSolutionVersion": lambda house: {"solutionArn": house.fresh("Solution"), "trainingMode": "FULL"},
    "CreateCampaign": lambda house: {
        "name": house.name(),
        "solutionVersionArn": house.arns["SolutionVersion"],
        "minProvisionedTPS": 1,
        "campaignConfig": {"itemExplorationConfig": {"explorationWeight": "0.3"}},
    },
    "UpdateCampaign": lambda house: {"campaignArn": house.fresh("Campaign"), "minProvisionedTPS": 2},
    "CreateFilter": lambda house: {
        "name": house.name(),
        "datasetGroupArn": house.arns["DatasetGroup"],
        "filterExpression": "INCLUDE ItemID WHERE Items.CATEGORIES IN ($CATEGORY)",
    },
    "CreateEventTracker": _in_fresh_dataset_group,
    "CreateMetricAttribution": lambda house: {
        **_in_fresh_dataset_group(house),
        "metrics": METRICS,
        "metricsOutputConfig": REPORTS,
    },
    "GetSolutionMetrics": lambda house: {"solutionVersionArn": house.arns["SolutionVersion"]},
    "GetRecommendations": lambda house: {
        "campaignArn": house.arns["Campaign"],
        "userId": "user-1",
        "context": {"MATCH_EVENT": "goal"},
        "numResults": 3,
    },
    "GetPersonalizedRanking": lambda house: {
        "campaignArn": house.ranking,
        "userId": "user-1",
        "inputList": ["poll", "shirt"],
    },
    "PutEvents": lambda house: {
        "trackingId": house.tracking_id,
        "userId": "user-1",
        "sessionId": "session",
        "eventList": [{**EVENT, "properties": '{"matchEvent":"goal"}', "impression": ["beer", "poll"]}],
    },
    "PutItems": lambda house: {
        "datasetArn": house.arns["Dataset"],
        "items": [{"itemId": "cap", "properties": '{"creationTimestamp": 1780000000}'}],
    },
    "PutUsers": lambda house: {
        "datasetArn": house.arns["Dataset"].replace("ITEMS", "USERS"),
        "users": [{"userId": "new"}],
    },
    **{
        f"Describe{kind}": lambda house, kind=kind, member=member: {member: house.arns[kind]}
        for kind, member in KINDS.items()
    },
    **{
        f"Delete{kind}": lambda house, kind=kind, member=member: {member: house.fresh(kind)}
        for kind, member in KINDS.items()
        if kind not in ("DatasetImportJob", "SolutionVersion")
    },
    **{f"List{kind}s": lambda _: {} for kind in KINDS},
    "ListRecipes": lambda _: {},
    "DescribeRecipe": lambda _: {"recipeArn": RECIPE},
}
REFUSED: dict[str, tuple[Arguments, str]] = {
    "CreateDatasetGroup": ({"name": "house"}, "ResourceAlreadyExistsException"),
    "CreateSchema": ({"name": "broken", "schema": '{"type": "record"}'}, "InvalidInputException"),
    "CreateDataset": ({"name": "d", "datasetType": "Clicks"}, "InvalidInputException"),
    "CreateDatasetImportJob": ({"jobName": "j", "importMode": "HALF"}, "InvalidInputException"),
    "CreateSolution": ({"recipeArn": RECIPE + "-x", "name": "s"}, "ResourceNotFoundException"),
    "CreateCampaign": ({"name": "c", **TOO_CURIOUS}, "InvalidInputException"),
    "UpdateCampaign": (TOO_CURIOUS, "InvalidInputException"),
    "CreateFilter": ({"name": "f", "filterExpression": "EXCLUDE everything"}, "InvalidInputException"),
    "CreateEventTracker": ({"name": "t"}, "ResourceAlreadyExistsException"),
    "CreateMetricAttribution": ({"name": "m"}, "ResourceAlreadyExistsException"),
    "GetRecommendations": ({"numResults": 501}, "InvalidInputException"),
    "GetPersonalizedRanking": ({"inputList": []}, "InvalidInputException"),
    "PutEvents": ({"eventList": [EVENT] * 11}, "InvalidInputException"),
    "PutItems": ({"items": [{"itemId": "x", "properties": '{"colour":"red"}'}]}, "InvalidInputException"),
    "PutUsers": ({"users": [{"userId": "x", "properties": "[1]"}]}, "InvalidInputException"),
}
IN_THE_HOUSE = {"CreateEventTracker", "CreateMetricAttribution"}


def used_by_the_templates() -> set[str]:
    """The operations that roles are granted, and those behind the resources that templates declare."""
    text = "".join(path.read_text() for path in SNAPSHOTS.glob("*.json"))
    granted = set(re.findall(r'"personalize:([A-Z]\w+)"', text))
    return granted | {f"Create{kind}" for kind in re.findall(r'"AWS::Personalize::(\w+)"', text)}


def _model(house: House, operation: str) -> tuple[Any, str, OperationModel]:
    for client in (house.twin.clients.control, house.twin.clients.runtime, house.twin.clients.events):
        for method, name in client.meta.method_to_api_mapping.items():
            if name == operation:
                return client, method, client.meta.service_model.operation_model(operation)
    raise LookupError(operation)


def _fits(value: Any, shape: Shape) -> bool:
    """Whether an answer, as it came, has the members of the model and no other."""
    if isinstance(shape, StructureShape):
        return isinstance(value, dict) and all(
            name in shape.members and _fits(inner, shape.members[name]) for name, inner in value.items()
        )
    if isinstance(shape, ListShape):
        return isinstance(value, list) and all(_fits(inner, shape.member) for inner in value)
    return True


def test_every_operation_of_the_templates_is_called() -> None:
    used = used_by_the_templates()
    assert {"CreateCampaign", "PutEvents", "GetRecommendations", "UpdateSolution"} <= used
    assert used <= set(ACCEPTED)


@pytest.mark.parametrize("operation", ACCEPTED)
def test_it_is_accepted_as_the_model_says(house: House, operation: str) -> None:
    client, method, model = _model(house, operation)
    came: list[bytes] = []
    heard = f"before-parse.{client.meta.service_model.service_id.hyphenize()}.{operation}"
    client.meta.events.register(heard, lambda response_dict, **_: came.append(response_dict["body"]), "fits")
    try:
        getattr(client, method)(**ACCEPTED[operation](house))
    finally:
        client.meta.events.unregister(heard, unique_id="fits")
    answer = json.loads(came[-1] or b"{}")
    assert _fits(answer, model.output_shape) if model.output_shape else answer == {}


@pytest.mark.parametrize("operation", ACCEPTED)
def test_it_is_refused_with_an_error_that_the_model_declares(house: House, operation: str) -> None:
    client, method, model = _model(house, operation)
    good = ACCEPTED[operation](house)
    if operation.startswith("List"):
        wrong, code = {"nextToken": "nonsense"}, "InvalidNextTokenException"
    elif operation in REFUSED:
        wrong, code = REFUSED[operation]
        if operation in IN_THE_HOUSE:  # one of these in a dataset group
            wrong = {**wrong, "datasetGroupArn": house.arns["DatasetGroup"]}
    else:
        member = next(name for name in good if name.endswith("Arn"))
        wrong, code = {member: f"{good[member]}-gone"}, "ResourceNotFoundException"
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**{**good, **wrong})
    assert caught.value.response["Error"]["Code"] == code
    assert code in {shape.name for shape in model.error_shapes}
    assert caught.value.response["Error"]["Message"]
