"""Every operation that stacks, handlers and tools use, called through boto3: once accepted, once refused.

An answer must match botocore's model of the operation, and an error must be one that the model declares.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
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
TOO_MUCH_EXPLORATION = {"campaignConfig": {"itemExplorationConfig": {"explorationWeight": "1.5"}}}
Arguments = dict[str, Any]


@dataclass(kw_only=True)
class ExistingResources:
    """A trained dataset group with one resource of each kind, and new resources on demand."""

    twin: PersonalizeTwin
    arns: dict[str, str]
    tracking_id: str
    ranking: str
    numbers: Iterator[int]

    def name(self) -> str:
        return f"n{next(self.numbers)}"

    def fresh(self, kind: str) -> str:
        """Create another resource of a kind, which no other resource uses."""
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
    return twin.filter(group, name, expression)


def _tracker(twin: PersonalizeTwin, group: str, name: str) -> str:
    made = twin.clients.control.create_event_tracker(name=name, datasetGroupArn=group)
    return _settled(twin, "event_tracker", made["eventTrackerArn"])


def _attribution(twin: PersonalizeTwin, group: str, name: str) -> str:
    made = twin.clients.control.create_metric_attribution(
        name=name, datasetGroupArn=group, metrics=METRICS, metricsOutputConfig=REPORTS
    )
    return _settled(twin, "metric_attribution", made["metricAttributionArn"])


@pytest.fixture(scope="module")
def existing() -> Iterator[ExistingResources]:
    with running_personalize(campaign_tps=100_000) as twin:
        control = twin.clients.control
        group = twin.loaded_group("existing")
        solution = twin.solution(group, "existing")
        version = twin.version(solution)["solutionVersionArn"]
        tracker = _tracker(twin, group, "existing")
        jobs = control.list_dataset_import_jobs()["datasetImportJobs"]
        yield ExistingResources(
            twin=twin,
            arns={
                "DatasetGroup": group,
                "Schema": control.list_schemas()["schemas"][0]["schemaArn"],
                "Dataset": group.replace("dataset-group/existing", "dataset/existing/ITEMS"),
                "DatasetImportJob": jobs[0]["datasetImportJobArn"],
                "Solution": solution,
                "SolutionVersion": version,
                "Campaign": twin.campaign("existing", version),
                "Filter": _filter(twin, group, "existing"),
                "EventTracker": tracker,
                "MetricAttribution": _attribution(twin, group, "existing"),
            },
            tracking_id=control.describe_event_tracker(eventTrackerArn=tracker)["eventTracker"]["trackingId"],
            ranking=twin.campaign(
                "ranking",
                twin.version(twin.solution(group, "r", "aws-personalized-ranking"))["solutionVersionArn"],
            ),
            numbers=itertools.count(),
        )


def _new_group(existing: ExistingResources) -> Arguments:
    return {"name": existing.name(), "datasetGroupArn": existing.fresh("DatasetGroup")}


def _in_fresh_dataset_group(existing: ExistingResources) -> Arguments:
    group = existing.twin.group(existing.name())
    existing.twin.dataset(group, "Interactions", INTERACTIONS, existing.name())
    return {"name": existing.name(), "datasetGroupArn": group}


def _deletion(existing: ExistingResources) -> Arguments:
    location = existing.twin.objects.put("s3://curated/erased/users.csv", "USER_ID\nnobody\n")
    return {
        "jobName": existing.name(),
        "datasetGroupArn": existing.arns["DatasetGroup"],
        "dataSource": {"dataLocation": location},
        "roleArn": ROLE,
    }


def _existing_arn(kind: str, member: str, existing: ExistingResources) -> Arguments:
    return {member: existing.arns[kind]}


def _fresh_arn(kind: str, member: str, existing: ExistingResources) -> Arguments:
    return {member: existing.fresh(kind)}


ACCEPTED: dict[str, Callable[[ExistingResources], Arguments]] = {
    "CreateDatasetGroup": lambda existing: {"name": existing.name()},
    "CreateSchema": lambda existing: {"name": existing.name(), "schema": ITEMS},
    "CreateDataset": lambda existing: {
        **_new_group(existing),
        "datasetType": "Users",
        "schemaArn": existing.fresh("Schema"),
    },
    "CreateDatasetImportJob": lambda existing: {
        "jobName": existing.name(),
        "datasetArn": existing.arns["Dataset"],
        "dataSource": {"dataLocation": "s3://curated/existing-items/part.csv"},
        "roleArn": ROLE,
        "importMode": "INCREMENTAL",
    },
    "CreateSolution": lambda existing: {
        "name": existing.name(),
        "datasetGroupArn": existing.arns["DatasetGroup"],
        "recipeArn": RECIPE,
        "eventType": "click",
    },
    "UpdateSolution": lambda existing: {
        "solutionArn": existing.fresh("Solution"),
        "performAutoTraining": False,
    },
    "CreateSolutionVersion": lambda existing: {
        "solutionArn": existing.fresh("Solution"),
        "trainingMode": "FULL",
    },
    "CreateCampaign": lambda existing: {
        "name": existing.name(),
        "solutionVersionArn": existing.arns["SolutionVersion"],
        "minProvisionedTPS": 1,
        "campaignConfig": {"itemExplorationConfig": {"explorationWeight": "0.3"}},
    },
    "UpdateCampaign": lambda existing: {"campaignArn": existing.fresh("Campaign"), "minProvisionedTPS": 2},
    "CreateFilter": lambda existing: {
        "name": existing.name(),
        "datasetGroupArn": existing.arns["DatasetGroup"],
        "filterExpression": "INCLUDE ItemID WHERE Items.CATEGORIES IN ($CATEGORY)",
    },
    "CreateEventTracker": _in_fresh_dataset_group,
    "CreateMetricAttribution": lambda existing: {
        **_in_fresh_dataset_group(existing),
        "metrics": METRICS,
        "metricsOutputConfig": REPORTS,
    },
    "CreateDataDeletionJob": lambda existing: _deletion(existing),
    "DescribeDataDeletionJob": lambda existing: {
        "dataDeletionJobArn": existing.twin.clients.control.create_data_deletion_job(**_deletion(existing))[
            "dataDeletionJobArn"
        ]
    },
    "GetSolutionMetrics": lambda existing: {"solutionVersionArn": existing.arns["SolutionVersion"]},
    "GetRecommendations": lambda existing: {
        "campaignArn": existing.arns["Campaign"],
        "userId": "user-1",
        "context": {"MATCH_EVENT": "goal"},
        "numResults": 3,
    },
    "GetPersonalizedRanking": lambda existing: {
        "campaignArn": existing.ranking,
        "userId": "user-1",
        "inputList": ["poll", "shirt"],
    },
    "PutEvents": lambda existing: {
        "trackingId": existing.tracking_id,
        "userId": "user-1",
        "sessionId": "session",
        "eventList": [{**EVENT, "properties": '{"matchEvent":"goal"}', "impression": ["beer", "poll"]}],
    },
    "PutItems": lambda existing: {
        "datasetArn": existing.arns["Dataset"],
        "items": [{"itemId": "cap", "properties": '{"creationTimestamp": 1780000000}'}],
    },
    "PutUsers": lambda existing: {
        "datasetArn": existing.arns["Dataset"].replace("ITEMS", "USERS"),
        "users": [{"userId": "new"}],
    },
    **{f"Describe{kind}": partial(_existing_arn, kind, member) for kind, member in KINDS.items()},
    **{
        f"Delete{kind}": partial(_fresh_arn, kind, member)
        for kind, member in KINDS.items()
        if kind not in ("DatasetImportJob", "SolutionVersion")
    },
    **{f"List{kind}s": lambda _: {} for kind in KINDS},
    "TagResource": lambda existing: {
        "resourceArn": existing.arns["Solution"],
        "tags": [{"tagKey": "stage", "tagValue": "production"}],
    },
    "ListRecipes": lambda _: {},
    "DescribeRecipe": lambda _: {"recipeArn": RECIPE},
}
REFUSED: dict[str, tuple[Arguments, str]] = {
    "CreateDatasetGroup": ({"name": "existing"}, "ResourceAlreadyExistsException"),
    "CreateSchema": ({"name": "broken", "schema": '{"type": "record"}'}, "InvalidInputException"),
    "CreateDataset": ({"name": "d", "datasetType": "Clicks"}, "InvalidInputException"),
    "CreateDatasetImportJob": ({"jobName": "j", "importMode": "HALF"}, "InvalidInputException"),
    "CreateSolution": ({"recipeArn": RECIPE + "-x", "name": "s"}, "ResourceNotFoundException"),
    "CreateCampaign": ({"name": "c", **TOO_MUCH_EXPLORATION}, "InvalidInputException"),
    "UpdateCampaign": (TOO_MUCH_EXPLORATION, "InvalidInputException"),
    "CreateFilter": ({"name": "f", "filterExpression": "EXCLUDE everything"}, "InvalidInputException"),
    "CreateEventTracker": ({"name": "t"}, "ResourceAlreadyExistsException"),
    "CreateMetricAttribution": ({"name": "m"}, "ResourceAlreadyExistsException"),
    "GetRecommendations": ({"numResults": 501}, "InvalidInputException"),
    "GetPersonalizedRanking": ({"inputList": []}, "InvalidInputException"),
    "PutEvents": ({"eventList": [EVENT] * 11}, "InvalidInputException"),
    "PutItems": ({"items": [{"itemId": "x", "properties": '{"colour":"red"}'}]}, "InvalidInputException"),
    "PutUsers": ({"users": [{"userId": "x", "properties": "[1]"}]}, "InvalidInputException"),
}
ONE_PER_GROUP = {"CreateEventTracker", "CreateMetricAttribution"}


def operations_of_the_templates() -> set[str]:
    """Return the operations that roles are granted, and those that create the templates' resources."""
    text = "".join(path.read_text() for path in SNAPSHOTS.glob("*.json"))
    granted = set(re.findall(r'"personalize:([A-Z]\w+)"', text))
    return granted | {f"Create{kind}" for kind in re.findall(r'"AWS::Personalize::(\w+)"', text)}


def _model(existing: ExistingResources, operation: str) -> tuple[Any, str, OperationModel]:
    for client in (
        existing.twin.clients.control,
        existing.twin.clients.runtime,
        existing.twin.clients.events,
    ):
        for method, name in client.meta.method_to_api_mapping.items():
            if name == operation:
                return client, method, client.meta.service_model.operation_model(operation)
    raise LookupError(operation)


def _matches(value: Any, shape: Shape) -> bool:
    """True if an answer has no members but those of the model."""
    if isinstance(shape, StructureShape):
        return isinstance(value, dict) and all(
            name in shape.members and _matches(inner, shape.members[name]) for name, inner in value.items()
        )
    if isinstance(shape, ListShape):
        return isinstance(value, list) and all(_matches(inner, shape.member) for inner in value)
    return True


def test_every_operation_of_the_templates_is_tested() -> None:
    used = operations_of_the_templates()
    assert {"CreateCampaign", "PutEvents", "GetRecommendations", "UpdateSolution"} <= used
    assert used <= set(ACCEPTED)


@pytest.mark.parametrize("operation", ACCEPTED)
def test_an_accepted_call_has_an_answer_that_matches_the_model(
    existing: ExistingResources, operation: str
) -> None:
    client, method, model = _model(existing, operation)
    bodies: list[bytes] = []
    event_name = f"before-parse.{client.meta.service_model.service_id.hyphenize()}.{operation}"
    client.meta.events.register(
        event_name, lambda response_dict, **_: bodies.append(response_dict["body"]), "bodies"
    )
    try:
        getattr(client, method)(**ACCEPTED[operation](existing))
    finally:
        client.meta.events.unregister(event_name, unique_id="bodies")
    answer = json.loads(bodies[-1] or b"{}")
    assert _matches(answer, model.output_shape) if model.output_shape else answer == {}


@pytest.mark.parametrize("operation", ACCEPTED)
def test_a_refused_call_has_an_error_that_the_model_declares(
    existing: ExistingResources, operation: str
) -> None:
    client, method, model = _model(existing, operation)
    good = ACCEPTED[operation](existing)
    if operation.startswith("List"):
        wrong, code = {"nextToken": "nonsense"}, "InvalidNextTokenException"
    elif operation in REFUSED:
        wrong, code = REFUSED[operation]
        if operation in ONE_PER_GROUP:
            wrong = {**wrong, "datasetGroupArn": existing.arns["DatasetGroup"]}
    else:
        member = next(name for name in good if name.endswith("Arn"))
        wrong, code = {member: f"{good[member]}-missing"}, "ResourceNotFoundException"
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**{**good, **wrong})
    assert caught.value.response["Error"]["Code"] == code
    assert code in {shape.name for shape in model.error_shapes}
    assert caught.value.response["Error"]["Message"]
