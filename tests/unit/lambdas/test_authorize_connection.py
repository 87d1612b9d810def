"""The authorizer accepts valid tokens of the issuer, and no others."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from lambdas.adapters.errors import IssuerUnavailableError
from lambdas.adapters.json_web_tokens import JsonWebTokens
from lambdas.handlers import authorize_connection, connect
from lambdas.handlers.composition import identity
from lambdas.handlers.errors import Unauthorized
from lambdas.logic.authorization import viewer_from_authorizer
from lambdas.logic.errors import UnauthorizedError
from tests.support.lambda_context import LambdaContext

ISSUER, AUDIENCE = "https://issuer.example/pool", "touchline-app"
DEEP = base64.urlsafe_b64encode(b"[" * 20_000).decode().rstrip("=")
OURS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
THEIRS = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Keys:
    """The issuer's published keys: one, with the id `k1`."""

    def get_signing_key(self, kid: str) -> Any:
        if kid != "k1":
            raise jwt.PyJWKClientError("no such key")
        return type("Key", (), {"key": OURS.public_key()})


def claims(**changes: Any) -> dict[str, Any]:
    given = {
        "sub": "viewer-1",
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": int(time.time()) + 600,
        "token_use": "id",
        "custom:favourite_team": "Italy",
        "custom:age_band": "25-34",
        "custom:country": "IT",
        "custom:tier": "premium",
        "custom:consents": "advertising betting",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def token(key: Any = OURS, algorithm: str = "RS256", kid: str = "k1", **changes: Any) -> str:
    return str(jwt.encode(claims(**changes), key, algorithm=algorithm, headers={"kid": kid}))


@pytest.fixture
def authorize(
    monkeypatch: pytest.MonkeyPatch, runtime: LambdaContext
) -> Iterator[Callable[[str], dict[str, Any]]]:
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Touchline")
    tokens = JsonWebTokens(issuer=ISSUER, audience=AUDIENCE, keys=Keys())
    identity.token_verifier.supply(tokens)

    def ask(subprotocols: str) -> dict[str, Any]:
        event = {
            "type": "REQUEST",
            "methodArn": "arn:aws:execute-api:eu-west-1:1:api/live/$connect",
            "headers": {"Sec-WebSocket-Protocol": subprotocols},
        }
        answer: dict[str, Any] = authorize_connection.handler(event, runtime)
        return answer

    yield ask
    identity.token_verifier.reset()


def test_a_valid_token_is_accepted_with_its_traits(authorize: Callable[[str], dict[str, Any]]) -> None:
    answer = authorize(f"touchline.v1, {token()}")
    statement = answer["policyDocument"]["Statement"][0]
    assert (statement["Effect"], answer["principalId"]) == ("Allow", "viewer-1")
    assert statement["Resource"].endswith("api/live/$connect")
    viewer = viewer_from_authorizer(answer["context"])
    assert viewer.cohort.key == "Italy|25-34|IT|premium"
    assert viewer.consents == {"advertising", "betting"}
    assert answer["context"]["role"] == "viewer"
    assert all(isinstance(value, str) for value in answer["context"].values())


def test_an_operator_is_recognised_by_group(authorize: Callable[[str], dict[str, Any]]) -> None:
    groups: dict[str, Any] = {"cognito:groups": ["operators"]}
    answer = authorize(f"touchline.v1,{token(**groups)}")
    assert answer["context"]["role"] == "operator"


def test_missing_traits_pass_no_gate(authorize: Callable[[str], dict[str, Any]]) -> None:
    bare: dict[str, Any] = {name: None for name in claims() if name.startswith("custom:")}
    viewer = viewer_from_authorizer(authorize(f"touchline.v1, {token(**bare)}")["context"])
    assert (viewer.cohort.minimum_age, viewer.cohort.country) == (0, "unknown")


def refused() -> dict[str, str]:
    now = int(time.time())
    unsigned = jwt.encode(claims(), None, algorithm="none", headers={"kid": "k1"})
    return {
        "nothing": "",
        "no token": "touchline.v1",
        "another protocol": f"graphql-ws, {token()}",
        "three entries": f"touchline.v1, {token()}, more",
        "no token at all": "touchline.v1, rubbish",
        "a header that is nested deeper than Python recurses": f"touchline.v1, {DEEP}.e30.AAAA",
        "no key id": f"touchline.v1, {jwt.encode(claims(), OURS, algorithm='RS256')}",
        "expired": f"touchline.v1, {token(exp=now - 60)}",
        "forged": f"touchline.v1, {token(THEIRS)}",
        "unknown key": f"touchline.v1, {token(kid='k2')}",
        "unsigned": f"touchline.v1, {unsigned}",
        "symmetric": f"touchline.v1, {token('s' * 64, 'HS256')}",
        "another issuer": f"touchline.v1, {token(iss='https://mallory.example')}",
        "another audience": f"touchline.v1, {token(aud='another-app')}",
        "an access token": f"touchline.v1, {token(token_use='access')}",
        "no subject": f"touchline.v1, {token(sub=None)}",
        "no expiry": f"touchline.v1, {token(exp=None)}",
    }


@pytest.mark.parametrize("why", list(refused()))
def test_any_other_token_is_unauthorized(authorize: Callable[[str], dict[str, Any]], why: str) -> None:
    with pytest.raises(Unauthorized, match=r"^Unauthorized$"):
        authorize(refused()[why])


@pytest.mark.parametrize(
    "fault",
    [
        jwt.PyJWKClientConnectionError("HTTP 503"),
        jwt.PyJWKSetError("no keys"),
        ConnectionResetError(),
        json.JSONDecodeError("not JSON", "<html>", 0),
    ],
)
def test_an_issuer_that_does_not_answer_is_not_a_forged_token(
    authorize: Callable[[str], dict[str, Any]], capsys: pytest.CaptureFixture[str], fault: Exception
) -> None:
    # GIVEN an issuer whose keys cannot be read
    class Unavailable:
        def get_signing_key(self, kid: str) -> Any:
            raise fault

    identity.token_verifier.supply(JsonWebTokens(issuer=ISSUER, audience=AUDIENCE, keys=Unavailable()))
    # WHEN a viewer connects THEN the function fails, so that API Gateway answers 500 and not 401
    with pytest.raises(IssuerUnavailableError):
        authorize(f"touchline.v1, {token()}")
    counted = capsys.readouterr().out
    assert "AuthorizationsFailed" in counted
    assert "ConnectionsRefused" not in counted
    # AND a token that is not one is refused all the same
    with pytest.raises(Unauthorized):
        authorize("touchline.v1, rubbish")
    assert "ConnectionsRefused" in capsys.readouterr().out


def test_long_traits_are_cut_below_the_authorizers_limit(
    authorize: Callable[[str], dict[str, Any]],
) -> None:
    answer = authorize(
        f"touchline.v1, {token(**{'custom:consents': 'c ' * 3000, 'custom:tier': 't' * 3000})}"
    )
    assert sum(len(value) for value in answer["context"].values()) < 2_000


def test_without_an_authorizer_there_is_no_viewer(resources: dict[str, str], runtime: LambdaContext) -> None:
    with pytest.raises(UnauthorizedError, match="viewerId"):
        connect.handler({"requestContext": {"connectionId": "c1"}}, runtime)
