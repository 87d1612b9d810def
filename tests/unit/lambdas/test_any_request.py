"""Whatever is sent over HTTP or to the authorizer of channels, it is answered; nothing is unhandled.

A night's run takes 20,000 examples of each test: `TOUCHLINE_PROPERTY_EXAMPLES=20000`.
"""

import base64
import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import jsonschema
import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.channel import channel_of, viewer_address
from domain.cohort import Cohort
from lambdas import observability
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.handlers import accept_interactions, authorize_channel, issue_pass
from lambdas.handlers.composition import identity
from lambdas.handlers.composition.placement_keys import placement_keys
from lambdas.handlers.composition.stores import match_store
from lambdas.logic.channel_pass import PassSigner
from paths import ROOT
from tests.support import aws, builders, fakes
from tests.support.amended_matches import EXAMPLES_VARIABLE
from tests.support.lambda_context import LambdaContext
from tests.support.odd_values import TOO_DEEP, as_json, changed, odd_values
from tests.support.tokens import OURS, Keys, claims, issuers, token, token_of

MATCH, RUNTIME = "turkey-italy", LambdaContext()
ROUTES = {"pass": (issue_pass, "Pass"), "interactions": (accept_interactions, "Ack")}
SCHEMAS = yaml.safe_load((ROOT / "docs" / "viewers.openapi.yaml").read_text(encoding="utf-8"))["components"]
VALIDATORS = {
    name: jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": SCHEMAS})
    for name in ("Pass", "Ack", "Error")
}
PRIVATE_KEY = OURS.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
CLAIMS = claims(exp=4_000_000_000)
TOKEN = token(exp=CLAIMS["exp"])
TRAITS = {name: value for name, value in CLAIMS.items() if name.startswith("custom:") or name == "sub"}
VIEWER = builders.a_viewer(
    cohort=Cohort(favourite_team="Italy", age_band="25-34", country="IT", tier="premium"),
    consents=frozenset({"advertising", "betting"}),
)
OWN = channel_of(viewer_address(MATCH, "viewer-1"))
many = settings(
    max_examples=int(os.environ.get(EXAMPLES_VARIABLE, "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def changed_text(text: str) -> st.SearchStrategy[str]:
    """A text with a part of it removed or replaced."""
    places = st.integers(0, len(text))
    return st.builds(
        lambda start, length, put: text[:start] + put + text[start + length :],
        places,
        st.integers(0, 50),
        st.text(max_size=50),
    )


@pytest.fixture(scope="module", autouse=True)
def stage() -> Iterator[None]:
    """A stage that broadcasts with resources in moto, an announced match and a component."""
    for kept in (observability.metrics, observability.shared_metrics):
        kept.cache_clear()
    with pytest.MonkeyPatch.context() as patch, aws.resources(patch):
        secrets = boto3.client("secretsmanager")
        for name, value in {
            "POWERTOOLS_METRICS_DISABLED": "true",
            "DOCUMENTS_URL": "https://documents.example",
            "DOCUMENT_KEY_PAIR_ID": "K1",
            "DOCUMENT_KEY_SECRET_ARN": secrets.create_secret(Name="key", SecretString=PRIVATE_KEY)["ARN"],
            "JOINS_PER_SECOND": "1500",
            "IMPRESSION_SHARE": "0.5",
            "NAMED_VIEWERS": "10",
            "SOCKETS_PER_VIEWER": "1000000",  # all of one viewer
        }.items():
            patch.setenv(name, value)
        logging.disable()
        match_store().put_match(builders.a_match())
        DynamoCatalogueStore(
            boto3.client("dynamodb"), components_table="components", constraints_table="constraints"
        ).replace_components([builders.a_component("poll")])
        identity.token_verifier.supply(issuers(Keys()))
        yield
    # Later tests read what is logged and counted.
    logging.disable(logging.NOTSET)
    for kept in (observability.metrics, observability.shared_metrics):
        kept.cache_clear()


@pytest.fixture(scope="module")
def acts(stage: None) -> list[dict[str, Any]]:
    """Interactions that are accepted as they are."""
    now = datetime.now(UTC).replace(microsecond=0)
    signature = fakes.a_signature(
        VIEWER, match_id=MATCH, at=now, keys=fakes.FixedPlacementKeys(key=placement_keys().current())
    )
    act = {"componentId": "poll", "slot": "overlay", "version": 0, "occurredAt": now.isoformat()}
    return [
        {**act, "type": kind, "signature": signature, "value": 1, "impression": ["poll"]}
        for kind in ("impression", "click", "watch")
    ]


def request(body: object, *, authorization: object = f"Bearer {TOKEN}", match_id: object = MATCH) -> Any:
    return {
        "version": "2.0",
        "headers": {} if authorization is None else {"authorization": authorization},
        "pathParameters": {"match_id": match_id},
        "body": body,
        "isBase64Encoded": False,
    }


def check(route: str, event: dict[str, Any]) -> int:
    """Send a request to a route; its answer must be valid, and not a failure. Return the status."""
    module, schema = ROUTES[route]
    answer = module.handler(event, RUNTIME)
    status = int(answer["statusCode"])
    assert status in (200, 400, 401, 404, 429), (event, answer)
    # Lambda sends UTF-8, which a lone surrogate of a request has no place in.
    VALIDATORS[schema if status == 200 else "Error"].validate(json.loads(answer["body"].encode()))
    return status


@many
@given(data=st.data())
def test_any_interaction_is_answered(acts: list[dict[str, Any]], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(acts), min_size=1, max_size=3))
    check("interactions", request(as_json(data.draw(changed({"interactions": chosen})))))


@pytest.mark.parametrize("route", ROUTES)
@many
@given(
    body=st.none() | st.text() | odd_values.map(as_json) | st.just(TOO_DEEP),
    match_id=st.just(MATCH) | st.none() | st.text(),
    is_encoded=st.booleans(),
    has_body=st.booleans(),
)
def test_any_text_is_answered(
    route: str, body: str | None, match_id: str | None, is_encoded: bool, has_body: bool
) -> None:
    if is_encoded and body is not None:
        body = base64.b64encode(body.encode()).decode()
    event = {**request(body, match_id=match_id), "isBase64Encoded": is_encoded}
    if not has_body:
        # API Gateway leaves out what a request does not have.
        del event["body"], event["pathParameters"]
    check(route, event)


@pytest.mark.parametrize("route", ROUTES)
@many
@given(data=st.data())
def test_any_viewer_is_answered(acts: list[dict[str, Any]], route: str, data: st.DataObject) -> None:
    traits = as_json(data.draw(changed(TRAITS)))
    try:
        content = json.loads(traits)
        payload = json.dumps({**CLAIMS, "sub": None, **content} if isinstance(content, dict) else content)
    except RecursionError:
        payload = traits
    authorization = f"Bearer {token_of(payload.encode())}"
    check(route, request(json.dumps({"interactions": acts}), authorization=authorization))


@pytest.mark.parametrize("route", ROUTES)
@many
@given(
    authorization=st.none()
    | st.text()
    | st.text().map("Bearer {}".format)
    | odd_values.map(lambda value: f"Bearer {token_of(as_json(value).encode())}")
    | changed(CLAIMS).map(lambda value: f"Bearer {token_of(as_json(value).encode())}")
    | changed_text(f"Bearer {TOKEN}")
)
def test_any_authorization_is_answered(
    acts: list[dict[str, Any]], route: str, authorization: str | None
) -> None:
    check(route, request(json.dumps({"interactions": acts}), authorization=authorization))


@many
@given(data=st.data())
def test_any_pass_and_channel_is_allowed_or_not(data: st.DataObject) -> None:
    signer = PassSigner(keys=fakes.FixedPlacementKeys(key=placement_keys().current()))
    valid = signer.sign([viewer_address(MATCH, "viewer-1")], datetime.now(UTC) + timedelta(hours=1))
    offered = data.draw(st.just(valid) | st.none() | st.text() | changed_text(valid))
    operation = data.draw(st.sampled_from(["EVENT_CONNECT", "EVENT_SUBSCRIBE", "EVENT_PUBLISH"]) | st.text())
    channel = data.draw(st.sampled_from([OWN, OWN + "/*", "/*"]) | odd_values)
    answer = authorize_channel.handler(
        {"authorizationToken": offered, "requestContext": {"operation": operation, "channel": channel}},
        RUNTIME,
    )
    connects = operation == "EVENT_CONNECT" or (operation == "EVENT_SUBSCRIBE" and channel == OWN)
    assert answer == {"isAuthorized": offered == valid and connects, "ttlOverride": 0}


def test_interactions_are_accepted_before_they_are_changed(acts: list[dict[str, Any]]) -> None:
    assert check("interactions", request(json.dumps({"interactions": acts}))) == 200


def test_a_pass_is_issued_before_its_request_is_changed() -> None:
    assert check("pass", request(None)) == 200
