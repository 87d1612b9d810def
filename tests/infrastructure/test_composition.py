"""Tests of all stacks together: dependencies, protection, tags and names."""

import json
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any

import pytest

from flink_app.settings import POLLING_MILLISECONDS
from tests.infrastructure.assembly import CAMPAIGN, STACKS, Assembly

STATEFUL = {"DataStack", "PersonalizeStack", "CampaignStack"}
TAGGED = (
    "AWS::S3::Bucket",
    "AWS::DynamoDB::GlobalTable",
    "AWS::Kinesis::Stream",
    "AWS::Lambda::Function",
    "AWS::SQS::Queue",
    "AWS::Personalize::Campaign",
    "AWS::Personalize::Solution",
    "AWS::KinesisAnalyticsV2::Application",
    "AWS::Glue::Job",
    "AWS::ApiGatewayV2::Api",
)
NAME_PROPERTIES = (
    "BucketName",
    "TableName",
    "QueueName",
    "TopicName",
    "FunctionName",
    "RoleName",
    "StreamName",
    "LogGroupName",
)


def imports(value: Any) -> Iterator[str]:
    """Yield the names of all exports that a template imports."""
    if isinstance(value, dict):
        if "Fn::ImportValue" in value:
            yield value["Fn::ImportValue"]
        for inner in value.values():
            yield from imports(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from imports(inner)


@pytest.mark.parametrize("stage", ["development", "production", "broadcast"])
def test_every_import_is_exported_and_stacks_have_no_cycle(
    stage: str, request: pytest.FixtureRequest
) -> None:
    # GIVEN all templates of a stage
    assembly: Assembly = request.getfixturevalue(stage)
    exporter = {
        output["Export"]["Name"]: stack
        for stack, template in assembly.templates.items()
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }
    # WHEN the imports of each stack are traced to the exporting stacks
    dependencies = {
        stack: {exporter[name] for name in imports(template)}
        for stack, template in assembly.templates.items()
    }
    # THEN there is a deployment order, and the data stack depends on no other
    order = list(TopologicalSorter(dependencies).static_order())
    assert set(order) == {*STACKS, CAMPAIGN}
    assert dependencies["DataStack"] == set()
    assert dependencies[CAMPAIGN] == set()


# Some construct ids differ from the names in code: with a new logical id, the queue would be replaced.
DEAD_LETTER_QUEUES = {
    "DataStack": {"DeadLettersBBF8BAAB"},
    "AnalyticsStack": {"AnnouncementsDeadLettersE035A446", "MediaSampleArrivedUndelivered3FDD3CF7"},
    "DeliveryStack": {
        "CatalogueArrivedUndelivered7B703CCB",
        "ControlRoomUntold28709ED9",
        "PipelineDispatchDeadLettersAEFBB5B2",
        "PipelineMomentsDeadLetters37EB01EB",
        "PipelineRefusedChanges61C8B173",
        "PipelineUndeliveredMomentsC1130766",
        "PopularityArrivedUndelivered85F776E6",
        "PreparationTasksDeadLettersD92AD1B5",
        "RefusedInteractions82EAF81F",
    },
    "OperationsStack": {"KickOffDeadLettersC43C9DFA"},
}


@pytest.mark.parametrize("stack", STACKS)
def test_dead_letter_queues_keep_their_logical_ids_and_are_retained(production: Assembly, stack: str) -> None:
    queues = {
        name: queue
        for name, queue in production.of_type(stack, "AWS::SQS::Queue").items()
        if "RedrivePolicy" not in queue["Properties"]
    }
    assert set(queues) == DEAD_LETTER_QUEUES.get(stack, set())
    assert {queue["DeletionPolicy"] for queue in queues.values()} <= {"RetainExceptOnCreate"}


def test_a_table_stream_has_at_most_two_consumers(development: Assembly) -> None:
    # GIVEN the event source mappings of all table streams
    consumers = Counter(
        json.dumps(mapping["Properties"]["EventSourceArn"])
        for stack in STACKS
        for mapping in development.of_type(stack, "AWS::Lambda::EventSourceMapping").values()
        if "StreamArn" in json.dumps(mapping["Properties"]["EventSourceArn"])
    )
    # THEN no stream has more than two, the limit of DynamoDB per shard
    assert len(consumers) == 3
    assert max(consumers.values()) == 2


def test_the_consumers_of_the_signals_stay_within_the_read_limit_of_a_shard(development: Assembly) -> None:
    # GIVEN a limit of five reads per second and shard, and one read per second by each poller of Lambda
    pollers = [
        mapping
        for stack in STACKS
        for mapping in development.of_type(stack, "AWS::Lambda::EventSourceMapping").values()
        if "Signals" in json.dumps(mapping["Properties"]["EventSourceArn"])
    ]
    # THEN the pollers and the detector together stay within the limit
    application = development.properties("AnalyticsStack", "AWS::KinesisAnalyticsV2::Application")
    assert "polling.interval.milliseconds" not in json.dumps(application)
    assert len(pollers) + 1000 / POLLING_MILLISECONDS <= 5


def stack_artifacts(assembly: Assembly) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for manifest in assembly.directory.rglob("manifest.json"):
        for name, artifact in json.loads(manifest.read_text())["artifacts"].items():
            if artifact["type"] == "aws:cloudformation:stack":
                found[name] = artifact
    return found


def test_production_protects_the_stateful_stacks(development: Assembly, production: Assembly) -> None:
    def protected(assembly: Assembly) -> set[str]:
        return {
            artifact["displayName"].split("/")[-1].split(" ")[0]
            for artifact in stack_artifacts(assembly).values()
            if artifact["properties"].get("terminationProtection")
        }

    assert protected(production) == STATEFUL
    assert protected(development) == set()


def test_stacks_of_two_stages_have_different_names(development: Assembly, production: Assembly) -> None:
    def names(assembly: Assembly) -> set[str]:
        return {artifact["properties"]["stackName"] for artifact in stack_artifacts(assembly).values()}

    assert len(names(development)) == len(names(production)) == 9
    assert not names(development) & names(production)


@pytest.mark.parametrize("resource_type", TAGGED)
def test_billed_resources_are_tagged_with_application_and_stage(
    production: Assembly, resource_type: str
) -> None:
    assert_tagged(production, resource_type, stage="production")


@pytest.mark.parametrize("resource_type", ["AWS::AppSync::Api", "AWS::CloudFront::Distribution"])
def test_billed_resources_of_broadcast_are_tagged_too(broadcast: Assembly, resource_type: str) -> None:
    assert_tagged(broadcast, resource_type, stage="development")


def assert_tagged(assembly: Assembly, resource_type: str, *, stage: str) -> None:
    resources = [
        resource
        for stack in (*STACKS, CAMPAIGN)
        for resource in assembly.of_type(stack, resource_type).values()
    ]
    assert resources
    for resource in resources:
        properties = resource["Properties"]
        tags = properties.get("Tags") or properties["Replicas"][0]["Tags"]
        pairs = tags.items() if isinstance(tags, dict) else {(tag["Key"], tag["Value"]) for tag in tags}
        assert {("application", "touchline"), ("stage", stage)} <= set(pairs)


@pytest.mark.parametrize("stack", [*STACKS, CAMPAIGN])
@pytest.mark.parametrize("stage", ["development", "broadcast"])
def test_physical_names_are_generated_by_cloudformation(
    stage: str, stack: str, request: pytest.FixtureRequest
) -> None:
    assembly: Assembly = request.getfixturevalue(stage)
    for name, resource in assembly.templates[stack]["Resources"].items():
        given = [key for key in NAME_PROPERTIES if key in resource.get("Properties", {})]
        if resource["Type"] in ("AWS::CloudWatch::Alarm", "AWS::Lambda::Permission", "AWS::IAM::Policy"):
            continue
        given = [key for key in given if isinstance(resource["Properties"][key], str)]
        assert not given, f"{name} has the name {given}"


def test_synthesis_looks_up_no_account_and_no_region(development: Assembly) -> None:
    for artifact in stack_artifacts(development).values():
        assert artifact["environment"] == "aws://unknown-account/unknown-region"
    manifest = json.loads((development.directory / "manifest.json").read_text())
    assert "missing" not in manifest
