"""Promises of the whole: order, protection, tags, names."""

import json
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any

import pytest

from flink_app.settings import POLLING_MILLISECONDS
from tests.infrastructure.conftest import CAMPAIGN, STACKS, Assembly

STATEFUL = {"DataStack", "PersonalizeStack", "CampaignStack"}
TAGGED = (
    "AWS::S3::Bucket",
    "AWS::DynamoDB::GlobalTable",
    "AWS::Kinesis::Stream",
    "AWS::Lambda::Function",
    "AWS::SQS::Queue",
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
    """Every name that a template imports."""
    if isinstance(value, dict):
        if "Fn::ImportValue" in value:
            yield value["Fn::ImportValue"]
        for inner in value.values():
            yield from imports(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from imports(inner)


@pytest.mark.parametrize("stage", ["development", "production"])
def test_every_import_is_exported_and_nothing_goes_round_in_a_circle(
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
    # WHEN each stack is asked which stacks it imports from
    needs = {
        stack: {exporter[name] for name in imports(template)}
        for stack, template in assembly.templates.items()
    }
    # THEN there is an order in which they deploy, and it begins with the data
    order = list(TopologicalSorter(needs).static_order())
    assert set(order) == {*STACKS, CAMPAIGN}
    assert needs["DataStack"] == set()
    assert needs[CAMPAIGN] == set()


def test_no_stream_of_a_table_has_a_third_reader(development: Assembly) -> None:
    # GIVEN every function that is started by the changes of a table
    readers = Counter(
        json.dumps(mapping["Properties"]["EventSourceArn"])
        for stack in STACKS
        for mapping in development.of_type(stack, "AWS::Lambda::EventSourceMapping").values()
        if "StreamArn" in json.dumps(mapping["Properties"]["EventSourceArn"])
    )
    # THEN no stream has more than the two that DynamoDB bears at a shard
    assert len(readers) == 3
    assert max(readers.values()) == 2


def test_the_readers_of_the_signals_share_what_a_shard_gives(development: Assembly) -> None:
    # GIVEN five reads a second of a shard, and Lambda's pollers, each of which reads once a second
    pollers = [
        mapping
        for stack in STACKS
        for mapping in development.of_type(stack, "AWS::Lambda::EventSourceMapping").values()
        if "Signals" in json.dumps(mapping["Properties"]["EventSourceArn"])
    ]
    # THEN they leave the detector as many as it makes
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


def test_production_protects_what_is_stateful(development: Assembly, production: Assembly) -> None:
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

    assert len(names(development)) == len(names(production)) == 8
    assert not names(development) & names(production)


@pytest.mark.parametrize("resource_type", TAGGED)
def test_what_costs_money_carries_application_and_stage(production: Assembly, resource_type: str) -> None:
    resources = [
        resource for stack in STACKS for resource in production.of_type(stack, resource_type).values()
    ]
    assert resources
    for resource in resources:
        properties = resource["Properties"]
        tags = properties.get("Tags") or properties["Replicas"][0]["Tags"]
        pairs = tags.items() if isinstance(tags, dict) else {(tag["Key"], tag["Value"]) for tag in tags}
        assert {("application", "touchline"), ("stage", "production")} <= set(pairs)


@pytest.mark.parametrize("stack", [*STACKS, CAMPAIGN])
def test_physical_names_are_left_to_cloudformation(development: Assembly, stack: str) -> None:
    for name, resource in development.templates[stack]["Resources"].items():
        given = [key for key in NAME_PROPERTIES if key in resource.get("Properties", {})]
        if resource["Type"] in ("AWS::CloudWatch::Alarm", "AWS::Lambda::Permission", "AWS::IAM::Policy"):
            continue
        given = [key for key in given if isinstance(resource["Properties"][key], str)]
        assert not given, f"{name} has the name {given}"


def test_no_account_and_no_region_is_looked_up(development: Assembly) -> None:
    for artifact in stack_artifacts(development).values():
        assert artifact["environment"] == "aws://unknown-account/unknown-region"
    manifest = json.loads((development.directory / "manifest.json").read_text())
    assert "missing" not in manifest
