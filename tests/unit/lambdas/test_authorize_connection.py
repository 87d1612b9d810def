"""The authorizer accepts valid tokens of the issuer, and no others."""

import base64
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest

from lambdas.adapters.errors import IssuerUnavailableError
from lambdas.handlers import authorize_connection, connect
from lambdas.handlers.composition import identity
from lambdas.handlers.errors import Unauthorized
from lambdas.logic.authorization import viewer_from_authorizer
from lambdas.logic.errors import UnauthorizedError
from tests.support.lambda_context import LambdaContext
from tests.support.tokens import OPERATORS, OURS, THEIRS, Keys, claims, issuers, token

DEEP = base64.urlsafe_b64encode(b"[" * 20_000).decode().rstrip("=")


@pytest.fixture
def authorize(
    monkeypatch: pytest.MonkeyPatch, runtime: LambdaContext
) -> Iterator[Callable[[str], dict[str, Any]]]:
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Touchline")
    identity.token_verifier.supply(issuers(Keys()))

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
    operator: dict[str, Any] = {"cognito:groups": ["operators"], "cognito:username": "olga"}
    context = authorize(f"touchline.v1,{token(**operator, **OPERATORS)}")["context"]
    assert (context["role"], context["operatorUsername"]) == ("operator", "olga")
    assert int(context["tokenExpiresAt"]) > time.time()


def test_no_group_of_the_viewers_issuer_makes_an_operator(
    authorize: Callable[[str], dict[str, Any]],
) -> None:
    groups: dict[str, Any] = {"cognito:groups": ["operators"]}
    assert authorize(f"touchline.v1, {token(**groups)}")["context"]["role"] == "viewer"


def test_a_user_of_the_operators_issuer_without_the_group_is_a_viewer(
    authorize: Callable[[str], dict[str, Any]],
) -> None:
    assert authorize(f"touchline.v1, {token(**OPERATORS)}")["context"]["role"] == "viewer"


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
        "the viewers' audience with the operators' issuer": f"touchline.v1, {token(iss=OPERATORS['iss'])}",
        "the operators' audience with the viewers' issuer": f"touchline.v1, {token(aud=OPERATORS['aud'])}",
        "an access token": f"touchline.v1, {token(token_use='access')}",
        "no subject": f"touchline.v1, {token(sub=None)}",
        "an empty subject": f"touchline.v1, {token(sub='')}",
        "a subject longer than the standard allows": f"touchline.v1, {token(sub='s' * 256)}",
        "no expiry": f"touchline.v1, {token(exp=None)}",
    }


@pytest.mark.parametrize("why", list(refused()))
def test_any_other_token_is_unauthorized(authorize: Callable[[str], dict[str, Any]], why: str) -> None:
    with pytest.raises(Unauthorized, match=r"^Unauthorized$"):
        authorize(refused()[why])


def test_a_clock_may_be_half_a_minute_wrong(authorize: Callable[[str], dict[str, Any]]) -> None:
    now = int(time.time())
    authorize(f"touchline.v1, {token(exp=now - 20, iat=now + 20, nbf=now + 20)}")
    with pytest.raises(Unauthorized):
        authorize(f"touchline.v1, {token(iat=now + 60)}")


def test_two_long_subjects_are_two_viewers(authorize: Callable[[str], dict[str, Any]]) -> None:
    long = "auth0|" + "s" * 240
    ids = {authorize(f"touchline.v1, {token(sub=long + end)}")["principalId"] for end in ("1", "2")}
    assert len(ids) == 2
    assert all(len(viewer_id) <= 100 for viewer_id in ids)


def test_a_subject_cannot_stand_for_two_parts_of_a_key(authorize: Callable[[str], dict[str, Any]]) -> None:
    assert "#" not in authorize(f"touchline.v1, {token(sub='viewer-1#2')}")["principalId"]


def test_traits_with_lone_surrogates_can_be_encoded(authorize: Callable[[str], dict[str, Any]]) -> None:
    odd = {"custom:favourite_team": "Ita\ud800", "custom:consents": "betting \udfff"}
    context = authorize(f"touchline.v1, {token(**odd)}")["context"]
    assert (context["favouriteTeam"], context["consents"]) == ("Ita?", "betting ?")


def test_no_part_of_a_consent_is_another_consent(authorize: Callable[[str], dict[str, Any]]) -> None:
    # GIVEN consents of which the last does not fit whole
    consents = "c " * 497 + "betting_news_only"
    # WHEN they are cut THEN "betting" is not among them
    viewer = viewer_from_authorizer(
        authorize(f"touchline.v1, {token(**{'custom:consents': consents})}")["context"]
    )
    assert viewer.consents == {"c"}


def test_an_issuer_that_does_not_answer_is_not_a_forged_token(
    authorize: Callable[[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    # GIVEN an issuer whose keys cannot be read
    class Unavailable:
        def key(self, key_id: str) -> Any:
            raise IssuerUnavailableError("HTTP 503")

    identity.token_verifier.supply(issuers(Unavailable()))
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
