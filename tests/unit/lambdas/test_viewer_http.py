"""The viewers' HTTP API: who the viewer is, what is answered, and what is read and written for it."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import boto3
import jsonschema
import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from domain.audience import Audience
from domain.channel import channel_of, viewer_address
from domain.cohort import Cohort
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.adapters.errors import IssuerUnavailableError
from lambdas.handlers import accept_interactions, issue_pass
from lambdas.handlers.composition import identity
from lambdas.handlers.composition.placement_keys import placement_keys
from paths import ROOT
from tests.support import aws, builders, fakes
from tests.support.lambda_context import LambdaContext
from tests.support.tokens import OURS, THEIRS, Keys, issuers, token

MATCH = "turkey-italy"
DOCUMENT = yaml.safe_load((ROOT / "docs" / "viewers.openapi.yaml").read_text(encoding="utf-8"))
ROUTES: list[tuple[ModuleType, str]] = [(issue_pass, "pass"), (accept_interactions, "interactions")]
PRIVATE_KEY = OURS.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
VIEWER = builders.a_viewer(
    cohort=Cohort(favourite_team="Italy", age_band="25-34", country="IT", tier="premium"),
    consents=frozenset({"advertising", "betting"}),
)


def validate(schema: str, value: object) -> None:
    jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    ).validate(value)


@pytest.fixture(autouse=True)
def stage(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stage that broadcasts, with one match and two components."""
    client = boto3.client("dynamodb")
    DynamoMatchStore(client, "matches", fakes.FrozenClock()).put_match(builders.a_match())
    DynamoCatalogueStore(
        client, components_table="components", constraints_table="constraints"
    ).replace_components([builders.a_component("poll", editorial_rank=1)])
    secrets = boto3.client("secretsmanager")
    secret_arn = secrets.create_secret(Name="document-key", SecretString=PRIVATE_KEY)["ARN"]
    for name, value in {
        "DOCUMENTS_URL": "https://documents.example",
        "DOCUMENT_KEY_PAIR_ID": "K1",
        "DOCUMENT_KEY_SECRET_ARN": secret_arn,
        "JOINS_PER_SECOND": "1500",
        "IMPRESSION_SHARE": "0.5",
        "NAMED_VIEWERS": "10",
    }.items():
        monkeypatch.setenv(name, value)
    identity.token_verifier.supply(issuers(Keys()))
    yield
    identity.token_verifier.reset()


def ask(
    handler: ModuleType,
    body: object = None,
    *,
    authorization: str | None = None,
    match_id: str | None = MATCH,
    encoded: bool = False,
) -> tuple[int, dict[str, Any]]:
    text = body if isinstance(body, str) else json.dumps(body)
    event = {
        "version": "2.0",
        "headers": {"authorization": authorization or f"Bearer {token()}"},
        "pathParameters": {} if match_id is None else {"match_id": match_id},
        "body": base64.b64encode(text.encode()).decode() if encoded else text,
        "isBase64Encoded": encoded,
    }
    answer = handler.handler(event, LambdaContext())
    assert answer["headers"] == {"content-type": "application/json", "cache-control": "no-store"}
    content = json.loads(answer["body"])
    if answer["statusCode"] != 200:
        validate("Error", content)
    return int(answer["statusCode"]), content


def act(kind: str = "impression", *, match_id: str = MATCH, **changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC).replace(microsecond=0)
    keys = fakes.FixedPlacementKeys(key=placement_keys().current())
    return {
        "type": kind,
        "componentId": "poll",
        "slot": "overlay",
        "version": 0,
        "occurredAt": now.isoformat(),
        "signature": fakes.a_signature(VIEWER, match_id=match_id, at=now, keys=keys),
        **changes,
    }


def test_a_pass_is_what_the_description_says() -> None:
    status, answer = ask(issue_pass)
    assert status == 200
    validate("Pass", answer)
    assert answer["channels"][1] == channel_of(Audience.of_one(VIEWER).address(MATCH))
    assert answer["ownAddress"] == viewer_address(MATCH, "viewer-1")
    (audience,) = boto3.client("dynamodb").query(
        TableName="connections",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"AUDIENCES#{MATCH}"}},
    )["Items"]
    assert channel_of(audience["sk"]["S"]) == answer["channels"][0]


def test_a_pass_for_a_known_audience_takes_no_call_but_for_a_sample() -> None:
    for _ in range(2):
        ask(issue_pass)
    with aws.calls_of("dynamodb", "sqs", "secretsmanager") as operations:
        for number in range(40):
            assert ask(issue_pass, authorization=f"Bearer {token(sub=f'viewer-{number}')}")[0] == 200
    # THEN only the count of one pass in sixteen is written; contexts may be read again after a second
    assert operations.count("UpdateItem") < 12
    assert set(operations) <= {"UpdateItem", "Query"}


def test_a_viewer_gets_so_many_passes_in_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCKETS_PER_VIEWER", "3")
    with aws.calls_of("dynamodb", "sqs", "secretsmanager") as operations:
        statuses = [ask(issue_pass)[0] for _ in range(5)]
        before_refusals = len(operations)
        status, answer = ask(issue_pass)
    assert statuses == [200] * 3 + [429] * 2
    # THEN more are refused with the reason, and cost no call, and others get theirs
    assert (status, answer["code"]) == (429, "TOO_MANY")
    validate("Error", answer)
    assert "at most 3" in answer["message"]
    assert len(operations) == before_refusals
    assert ask(issue_pass, authorization=f"Bearer {token(sub='another')}")[0] == 200


def test_interactions_are_acknowledged_and_recorded_once_with_their_weights() -> None:
    status, answer = ask(accept_interactions, {"interactions": [act(), act("click")]})
    validate("Ack", answer)
    assert status == 200
    ask(accept_interactions, {"interactions": [act(), act("click")]}, encoded=True)
    recorded = aws.records("interactions")
    assert len({each["interaction_id"] for each in recorded}) == 2
    assert {each["type"]: each["weight"] for each in recorded}["click"] == 1.0
    assert {each["viewer_id"] for each in recorded} == {"viewer-1"}


def test_the_match_is_that_of_the_path_whatever_the_body_says() -> None:
    body = {"matchId": "another", "viewerId": "viewer-2", "interactions": [act()]}
    assert ask(accept_interactions, body)[0] == 200
    (recorded,) = aws.records("interactions")
    assert (recorded["match_id"], recorded["viewer_id"]) == (MATCH, "viewer-1")


@pytest.mark.parametrize(("handler", "route"), ROUTES, ids=["pass", "interactions"])
@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dTpw",
        "Bearer rubbish",
        f"Bearer {token(THEIRS)}",
        f"Bearer {token(exp=1)}",
        f"Bearer {token(aud='another-app')}",
        f"Bearer {token(token_use='access')}",
        f"Bearer {token(sub='')}",
        token(),
    ],
)
def test_nobody_without_a_valid_token_gets_in(handler: ModuleType, route: str, authorization: str) -> None:
    status, answer = ask(handler, {"interactions": [act()]}, authorization=authorization or " ")
    assert (status, answer["code"], answer["field"]) == (401, "UNAUTHORIZED", "Authorization")
    assert aws.records("interactions") == []


@pytest.mark.parametrize(("handler", "route"), ROUTES, ids=["pass", "interactions"])
def test_an_outage_of_the_issuer_is_no_fault_of_the_viewer(handler: ModuleType, route: str) -> None:
    class Down:
        def key(self, key_id: str) -> Any:
            raise IssuerUnavailableError("the issuer does not answer")

    identity.token_verifier.supply(issuers(Down()))
    status, answer = ask(handler, {"interactions": [act()]})
    assert (status, answer["code"]) == (500, "INTERNAL")


@pytest.mark.parametrize(("handler", "route"), ROUTES, ids=["pass", "interactions"])
def test_an_unknown_match_is_not_found(handler: ModuleType, route: str) -> None:
    elsewhere = act(match_id="nobody")
    status, answer = ask(handler, {"interactions": [elsewhere]}, match_id="nobody")
    assert (status, answer["code"], answer["field"]) == (404, "UNKNOWN_MATCH", "matchId")
    assert ask(handler, {"interactions": [act()]}, match_id="m" * 101)[1]["field"] == "matchId"
    assert ask(handler, {"interactions": [act()]}, match_id=None)[1]["field"] == "matchId"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", "body"),
        ("rubbish", "body"),
        ("[" * 100_000, "body"),
        ([], "body"),
        (None, "body"),
        ({}, "interactions"),
        ({"interactions": "all"}, "interactions"),
        ({"interactions": []}, "interactions"),
        ({"interactions": [7]}, "interactions[0]"),
        ({"interactions": [{}]}, "interactions[0].type"),
    ],
)
def test_a_bad_body_is_refused_with_its_field(body: object, field: str) -> None:
    status, answer = ask(accept_interactions, body)
    assert (status, answer["code"], answer["field"]) == (400, "BAD_REQUEST", field)


def test_forged_and_unearned_interactions_are_refused_with_their_position() -> None:
    for wrong, code in (
        (act(signature="1623441600.AAAAAAAAAAAAAAAAAAAAAA"), "NOT_PLACED"),
        (act("click", version=0), "NOT_SHOWN"),
    ):
        status, answer = ask(accept_interactions, {"interactions": [wrong]})
        assert (status, answer["code"]) == (400, code)
        assert answer["field"].startswith("interactions[0].")
    assert aws.records("interactions") == []


def test_more_than_the_viewers_rate_is_told_as_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERACTIONS_PER_SECOND", "1")
    acts = {"interactions": [act()] * 5}
    assert ask(accept_interactions, acts)[0] == 200
    status, answer = ask(accept_interactions, acts)
    assert (status, answer["code"], answer["field"]) == (429, "TOO_MANY", "interactions")
