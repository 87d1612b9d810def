"""The catalogue loader: whole files are published or rejected."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.adapters.dynamo_catalogue import DynamoCatalogue
from lambdas.handlers import load_catalogue
from lambdas.observability import TELEMETRY
from paths import CATALOGUE_FOLDER
from tests.support import aws, builders, fakes
from tests.support.lambda_context import LambdaContext

REMOTE = builders.a_component("poll").remote.to_dict()
ADULTS = {"id": "held", "kind": "age_gate", "selector": {"types": ["bet"]}, "minimum_age": 18}


@pytest.fixture
def bucket(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CURATED_BUCKET_NAME", "curated")
    boto3.client("s3").create_bucket(
        Bucket="curated", CreateBucketConfiguration={"LocationConstraint": aws.REGION}
    )
    return "curated"


def upload(runtime: LambdaContext, key: str, body: str | bytes) -> bool:
    """Upload a file and invoke the handler with its event."""
    content = body.encode() if isinstance(body, str) else body
    boto3.client("s3").put_object(Bucket="curated", Key=key, Body=content)
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
        ("constraints.json", json.dumps({"constraints": [ADULTS, ADULTS]}), "constraints[1].id"),
        ("constraints.json", json.dumps({"constraints": [ADULTS], "rules": []}), "rules"),
        (
            "constraints.json",
            json.dumps(
                {"constraints": [{**ADULTS, "selector": {"types": ["x" * 900 + str(n) for n in range(90)]}}]}
            ),
            "constraints[0]",
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


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"colour": "red"}, "components[0].colour", "a field among id, type, title, slot"),
        (
            {"remote": {**REMOTE, "hash": "x"}},
            "components[0].remote.hash",
            "a field among url, module, integrity",
        ),
        ({"remote": {**REMOTE, "url": "http://a.example/r.js"}}, "components[0].remote.url", "an https URL"),
        ({"remote": {**REMOTE, "url": "javascript:alert(1)"}}, "components[0].remote.url", "an https URL"),
        ({"remote": {**REMOTE, "url": "//other.example/r.js"}}, "components[0].remote.url", "an https URL"),
        ({"remote": {**REMOTE, "url": "/\\other.example/r.js"}}, "components[0].remote.url", "an https URL"),
        ({"remote": {**REMOTE, "url": "https:///r.js"}}, "components[0].remote.url", "an https URL"),
        (
            {"remote": {**REMOTE, "url": "https://a@b.example/r.js"}},
            "components[0].remote.url",
            "an https URL",
        ),
        (
            {"remote": {**REMOTE, "integrity": "md5-AAAA"}},
            "components[0].remote.integrity",
            "sha384-<base64>",
        ),
        (
            {"remote": {**REMOTE, "integrity": "sha384-AAAA"}},
            "components[0].remote.integrity",
            "sha384-<base64>",
        ),
        ({"remote": {**REMOTE, "url": "https://["}}, "components[0].remote.url", "an https URL"),
        (
            {"remote": {**REMOTE, "isolation": "none"}},
            "components[0].remote.isolation",
            "one of frame, module",
        ),
        ({"remote": {**REMOTE, "integrity": 7}}, "components[0].remote.integrity", "a non-empty string"),
        ({"properties": {"text": "x" * 135_000}}, "components[0].properties", "at most 6000 bytes of JSON"),
        (
            {"title": "\u20ac" * 1_000, "properties": {"text": "x" * 5_900}},
            "components[0]",
            "at most 8000 bytes",
        ),
        ({"properties": {"odds": [1, float("nan")]}}, "components[0].properties.odds[1]", "a finite number"),
        ({"properties": {"a": {"b": "\ud800"}}}, "components[0].properties.a.b", "lone surrogates"),
        ({"properties": []}, "components[0].properties", "an object"),
        ({"id": "second"}, "components[1].id", "an id that no other entry has"),
    ],
)
def test_a_component_is_refused_by_its_field(
    bucket: str,
    resources: dict[str, str],
    runtime: LambdaContext,
    change: dict[str, Any],
    field: str,
    expected: str,
) -> None:
    components = [
        {**builders.a_component("first").to_dict(), **change},
        builders.a_component("second").to_dict(),
    ]
    assert not upload(runtime, "catalogue/components.json", json.dumps({"components": components}))
    (letter,) = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert letter["field"] == field
    assert expected in letter["reason"]
    assert len(letter["reason"]) < 500


@pytest.mark.parametrize(
    "remote",
    [
        REMOTE,
        {
            **REMOTE,
            "url": "https://components.example:8443/poll/remoteEntry.js?v=2",
            "isolation": "frame",
        },
        {**REMOTE, "isolation": "frame"},
        {**REMOTE, "url": "remotes/poll/remoteEntry.js"},
        {**REMOTE, "integrity": "sha256-" + 43 * "A" + "="},
        {**REMOTE, "integrity": "sha512-" + 86 * "A" + "=="},
        {**REMOTE, "integrity": "unpublished"},
    ],
)
def test_a_remote_is_an_https_or_relative_url_with_a_hash(
    bucket: str, runtime: LambdaContext, remote: dict[str, str]
) -> None:
    components = [{**builders.a_component("poll").to_dict(), "remote": remote}]
    assert upload(runtime, "catalogue/components.json", json.dumps({"components": components}))
    assert catalogue().components()["poll"].remote.to_dict() == remote


@pytest.mark.parametrize(
    ("url", "isolation"),
    [
        ("https://partner.example/remoteEntry.js", "frame"),
        ("/remotes/poll/remoteEntry.js", "module"),
        ("remotes/poll/remoteEntry.js", "module"),
    ],
)
def test_only_the_apps_own_build_is_a_module_by_default(
    bucket: str, runtime: LambdaContext, url: str, isolation: str
) -> None:
    remote = {"url": url, "module": "./Widget", "integrity": "unpublished"}
    components = [{**builders.a_component("poll").to_dict(), "remote": remote}]
    assert upload(runtime, "catalogue/components.json", json.dumps({"components": components}))
    assert catalogue().components()["poll"].remote.isolation.value == isolation


def test_a_module_of_another_origin_needs_the_catalogues_trust(
    bucket: str, resources: dict[str, str], runtime: LambdaContext
) -> None:
    remote = {**REMOTE, "url": "https://cdn.example/poll.js", "isolation": "module"}
    file = {"components": [{**builders.a_component("poll").to_dict(), "remote": remote}]}
    # GIVEN an entry that asks for it by itself, THEN the file is rejected
    assert not upload(runtime, "catalogue/components.json", json.dumps(file))
    (letter,) = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert letter["field"] == "components[0].remote.isolation"
    assert "expected frame, or https://cdn.example in the catalogue's trusted_origins" in letter["reason"]
    # WHEN the catalogue names the origin, THEN it is published
    trusting = {**file, "trusted_origins": ["https://cdn.example"]}
    assert upload(runtime, "catalogue/components.json", json.dumps(trusting))


@pytest.mark.parametrize("origin", ["http://cdn.example", "https://cdn.example/", "https://*", "cdn.example"])
def test_a_trusted_origin_is_an_https_origin(
    bucket: str, resources: dict[str, str], runtime: LambdaContext, origin: str
) -> None:
    file = {"trusted_origins": [origin], "components": [builders.a_component("poll").to_dict()]}
    assert not upload(runtime, "catalogue/components.json", json.dumps(file))
    (letter,) = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert letter["field"] == "trusted_origins[0]"


@pytest.mark.parametrize(
    "key", ["catalogue/components.json", "catalogue/constraints.json", "datasets/popularity/part-1.csv"]
)
def test_a_file_that_is_not_utf_8_becomes_a_dead_letter(
    bucket: str, resources: dict[str, str], runtime: LambdaContext, key: str
) -> None:
    assert not upload(runtime, key, "{}é".encode("latin-1"))
    (letter,) = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert (letter["source"], letter["field"], letter["payload"]) == ("catalogue", key, key)
    assert "expected text in UTF-8 (unexpected end of data at byte 2)" in letter["reason"]


def test_what_is_known_of_the_catalogue_outlives_tables_that_throttle(
    bucket: str, runtime: LambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    # GIVEN a catalogue that was read, and tables that cannot be read any more
    components = [builders.a_component("poll").to_dict()]
    upload(runtime, "catalogue/components.json", json.dumps({"components": components}))
    clock = fakes.FrozenClock()
    client = boto3.client("dynamodb")
    read = DynamoCatalogue(
        client, components_table="components", constraints_table="constraints", clock=clock
    )
    assert set(read.components()) == {"poll"}
    with Stubber(client) as stubber:
        stubber.add_client_error("query", "ProvisionedThroughputExceededException")
        # WHEN the catalogue is due to be read again THEN it stays as it was, and the tables are left alone
        clock.sleep(31)
        assert set(read.components()) == {"poll"}
        assert read.constraints() == ()
        stubber.assert_no_pending_responses()
        # AND after a while they are asked again
        stubber.add_client_error("query", "ProvisionedThroughputExceededException")
        clock.sleep(6)
        assert set(read.components()) == {"poll"}
        stubber.assert_no_pending_responses()
        # AND what is too old to be trusted is not used
        stubber.add_client_error("query", "ProvisionedThroughputExceededException")
        clock.sleep(300)
        with pytest.raises(ClientError):
            read.components()
    TELEMETRY.flush()
    assert '"CatalogueStale":[2.0]' in capsys.readouterr().out.replace(" ", "")
    # WHEN the tables answer again THEN the catalogue is up to date
    components.append(builders.a_component("quiz").to_dict())
    upload(runtime, "catalogue/components.json", json.dumps({"components": components}))
    assert set(read.components()) == {"poll", "quiz"}


def test_a_row_of_the_catalogue_that_cannot_be_read_costs_that_row_only(
    resources: dict[str, str], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    # GIVEN rows of three components and two cells, of which one component and one cell can be read
    dynamodb = boto3.client("dynamodb")
    readable = json.dumps(builders.a_component("poll").to_dict())
    for partition, sort, body in (
        ("COMPONENTS", "poll", readable),
        ("COMPONENTS", "quiz", "{"),
        ("COMPONENTS", "chat", json.dumps({**json.loads(readable), "properties": {"text": "\ud800"}})),
        ("POPULARITY", "goal", '["poll"]'),
        ("POPULARITY", "ALL", '{"poll": 1}'),
    ):
        item = {"catalogue": {"S": partition}, "component_id": {"S": sort}, "body": {"S": body}}
        dynamodb.put_item(TableName="components", Item=item)
    # THEN the others are in force
    read = catalogue()
    assert set(read.components()) == {"poll"}
    assert (read.popularity("goal"), read.popularity("ALL")) == (("poll",), ())
    # AND the loss is counted and logged
    assert caplog.messages == ["row of the catalogue ignored"] * 3
    TELEMETRY.flush()
    assert '"StoredRowsUnreadable":[3.0]' in capsys.readouterr().out.replace(" ", "")


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
