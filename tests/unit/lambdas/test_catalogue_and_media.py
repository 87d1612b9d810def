"""What the business publishes and what the broadcast shows: whole files in, errors named."""

import json
from typing import Any

import boto3
import pytest

from lambdas.adapters.dynamo_catalogue import DynamoCatalogue
from lambdas.handlers import load_catalogue, plan_dispatch
from paths import CATALOGUE_FOLDER
from tests import fakes
from tests.support.dispatch_rig import DispatchRig
from tests.support.lambda_context import LambdaContext
from tests.unit.lambdas import aws

ADULTS = {"id": "held", "kind": "age_gate", "selector": {"types": ["bet"]}, "minimum_age": 18}


@pytest.fixture
def bucket(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CURATED_BUCKET_NAME", "curated")
    boto3.client("s3").create_bucket(
        Bucket="curated", CreateBucketConfiguration={"LocationConstraint": aws.REGION}
    )
    return "curated"


def land(runtime: LambdaContext, key: str, body: str) -> bool:
    """An object lands in the bucket and EventBridge tells of it."""
    boto3.client("s3").put_object(Bucket="curated", Key=key, Body=body.encode())
    event = {"detail": {"bucket": {"name": "curated"}, "object": {"key": key}}}
    return bool(load_catalogue.handler(event, runtime)["published"])


def catalogue() -> DynamoCatalogue:
    return DynamoCatalogue(
        boto3.client("dynamodb"),
        components_table="components",
        constraints_table="constraints",
        clock=fakes.FrozenClock(),
    )


@pytest.mark.parametrize("name", ["components.json", "constraints.json"])
def test_the_catalogue_of_the_repository_is_publishable(bucket: str, runtime: LambdaContext, name: str):
    text = (CATALOGUE_FOLDER / name).read_text()
    assert land(runtime, f"catalogue/{name}", text)
    read = catalogue()
    ids = {entry["id"] for entry in json.loads(text)[name.split(".")[0]]}
    found = set(read.components()) if name == "components.json" else {rule.id for rule in read.constraints()}
    assert found == ids


def test_a_new_catalogue_takes_the_place_of_the_old(bucket: str, runtime: LambdaContext):
    for ids in (["a", "b"], ["b", "c"]):
        components = [fakes.a_component(component_id).to_dict() for component_id in ids]
        assert land(runtime, "catalogue/components.json", json.dumps({"components": components}))
    assert set(catalogue().components()) == {"b", "c"}


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("components.json", "no JSON", "body"),
        ("components.json", "{}", "components"),
        ("constraints.json", json.dumps({"constraints": []}), "constraints"),
        (
            "constraints.json",
            json.dumps({"constraints": [{"id": "r", "kind": "age_gate", "selector": {"types": ["bet"]}}]}),
            "constraints[0].minimum_age",
        ),
        (
            "constraints.json",
            json.dumps({"constraints": [{"id": "r", "kind": "consent", "consent": "c", "selector": {}}]}),
            "constraints[0].selector",
        ),
        (
            "constraints.json",
            json.dumps({"constraints": [{**ADULTS, "countries": ["GB"]}]}),
            "constraints[0].countries",
        ),
        (
            "constraints.json",
            json.dumps(
                {"constraints": [{**ADULTS, "selector": {"types": ["bet"], "catagories": ["betting"]}}]}
            ),
            "constraints[0].selector.catagories",
        ),
    ],
)
def test_a_malformed_file_is_refused_and_the_old_one_holds(
    bucket: str, resources: dict[str, str], runtime: LambdaContext, name: str, body: str, field: str
):
    # GIVEN a rule in force
    land(runtime, "catalogue/constraints.json", json.dumps({"constraints": [ADULTS]}))
    # WHEN a file with an error lands
    assert not land(runtime, f"catalogue/{name}", body)
    # THEN the error names the field, and the rule holds
    (letter,) = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert (letter["source"], letter["field"], letter["payload"]) == ("catalogue", field, f"catalogue/{name}")
    assert [constraint.id for constraint in catalogue().constraints()] == ["held"]


def test_popularity_is_published_from_every_part_of_the_jobs_dataset(bucket: str, runtime: LambdaContext):
    land(
        runtime, "datasets/popularity/part-1.csv", "cell,component_id,rank,rate\ngoal,b,2,0.1\nALL,c,1,0.5\n"
    )
    assert land(
        runtime,
        "datasets/popularity/part-2.csv",
        "cell,component_id,rank,rate\ngoal,a,1,0.2\ngoal,z,10,0.01\n",
    )
    read = catalogue()
    assert (read.popularity("goal"), read.popularity("ALL"), read.popularity("x")) == (
        ("a", "b", "z"),
        ("c",),
        (),
    )


def test_what_is_no_file_of_the_catalogue_is_left_alone(
    bucket: str, resources: dict[str, str], runtime: LambdaContext
):
    assert not land(runtime, "catalogue/readme.txt", "hello")
    assert aws.messages(resources["DEAD_LETTERS_QUEUE_URL"]) == []


def change(rig: DispatchRig, sequence: str, **images: Any) -> dict[str, Any]:
    return {"dynamodb": {"SequenceNumber": sequence, **images}}


def image(rig: DispatchRig, version: int = 1) -> dict[str, Any]:
    moments = [fakes.a_moment(number) for number in range(1, version + 1)]
    body = json.dumps(rig.context(*moments).to_dict())
    return {"item": {"S": "CONTEXT"}, "version": {"N": str(version)}, "context": {"S": body}}


def test_inserts_and_changes_are_planned_and_anything_else_is_not(
    resources: dict[str, str], runtime: LambdaContext, rig: DispatchRig
):
    event = {
        "Records": [
            change(rig, "1", NewImage=image(rig)),
            change(rig, "2", NewImage=image(rig, 2), OldImage=image(rig)),
            change(rig, "3", NewImage=image(rig, 2), OldImage=image(rig, 2)),
            change(rig, "4", NewImage={"item": {"S": "MATCH"}}),
            change(rig, "5", OldImage=image(rig, 2)),
        ]
    }
    assert plan_dispatch.handler(event, runtime) == {"batchItemFailures": []}
    tasks = aws.messages(resources["DISPATCH_QUEUE_URL"])
    assert sorted((task["version"], task["shard"]) for task in tasks) == [
        (version, shard) for version in (1, 2) for shard in range(4)
    ]
    assert all(task["context"]["seen"] == [] for task in tasks)


def test_a_poison_context_is_set_aside_and_the_next_one_planned(
    resources: dict[str, str], runtime: LambdaContext, rig: DispatchRig
):
    poison = {**image(rig), "context": {"S": "{"}}
    event = {"Records": [change(rig, "1", NewImage=poison), change(rig, "2", NewImage=image(rig))]}
    assert plan_dispatch.handler(event, runtime) == {"batchItemFailures": []}
    assert len(aws.messages(resources["DISPATCH_QUEUE_URL"])) == 4
    (letter,) = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert (letter["source"], letter["field"]) == ("contexts", "context")


def test_a_queue_that_is_gone_stops_the_stream_at_the_first_failure(
    resources: dict[str, str], runtime: LambdaContext, rig: DispatchRig
):
    boto3.client("sqs").delete_queue(QueueUrl=resources["DISPATCH_QUEUE_URL"])
    event = {"Records": [change(rig, str(number), NewImage=image(rig)) for number in (7, 8)]}
    assert plan_dispatch.handler(event, runtime) == {"batchItemFailures": [{"itemIdentifier": "7"}]}
