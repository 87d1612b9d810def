"""The catalogue loader: whole files are published or rejected."""

import json

import boto3
import pytest

from lambdas.adapters.dynamo_catalogue import DynamoCatalogue
from lambdas.handlers import load_catalogue
from paths import CATALOGUE_FOLDER
from tests.support import aws, builders, fakes
from tests.support.lambda_context import LambdaContext

ADULTS = {"id": "held", "kind": "age_gate", "selector": {"types": ["bet"]}, "minimum_age": 18}


@pytest.fixture
def bucket(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CURATED_BUCKET_NAME", "curated")
    boto3.client("s3").create_bucket(
        Bucket="curated", CreateBucketConfiguration={"LocationConstraint": aws.REGION}
    )
    return "curated"


def upload(runtime: LambdaContext, key: str, body: str) -> bool:
    """Upload a file and invoke the handler with its event."""
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
def test_the_catalogue_of_the_repository_is_publishable(
    bucket: str, runtime: LambdaContext, name: str
) -> None:
    text = (CATALOGUE_FOLDER / name).read_text()
    assert upload(runtime, f"catalogue/{name}", text)
    read = catalogue()
    ids = {entry["id"] for entry in json.loads(text)[name.split(".")[0]]}
    found = set(read.components()) if name == "components.json" else {rule.id for rule in read.constraints()}
    assert found == ids


def test_a_new_catalogue_replaces_the_old(bucket: str, runtime: LambdaContext) -> None:
    for ids in (["a", "b"], ["b", "c"]):
        components = [builders.a_component(component_id).to_dict() for component_id in ids]
        assert upload(runtime, "catalogue/components.json", json.dumps({"components": components}))
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
def test_an_invalid_file_is_rejected_and_the_old_one_stays(
    bucket: str, resources: dict[str, str], runtime: LambdaContext, name: str, body: str, field: str
) -> None:
    # GIVEN a published rule
    upload(runtime, "catalogue/constraints.json", json.dumps({"constraints": [ADULTS]}))
    # WHEN an invalid file is uploaded
    assert not upload(runtime, f"catalogue/{name}", body)
    # THEN the error names the field, and the rule stays
    (letter,) = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert (letter["source"], letter["field"], letter["payload"]) == ("catalogue", field, f"catalogue/{name}")
    assert [constraint.id for constraint in catalogue().constraints()] == ["held"]


def test_popularity_is_published_from_every_part(bucket: str, runtime: LambdaContext) -> None:
    upload(
        runtime, "datasets/popularity/part-1.csv", "cell,component_id,rank,rate\ngoal,b,2,0.1\nALL,c,1,0.5\n"
    )
    assert upload(
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


def test_other_files_are_ignored(bucket: str, resources: dict[str, str], runtime: LambdaContext) -> None:
    assert not upload(runtime, "catalogue/readme.txt", "hello")
    assert aws.messages(resources["DEAD_LETTERS_QUEUE_URL"]) == []
