"""Minted tokens verify against the keys of the twin's user pools."""

from collections.abc import Iterator

import jwt
import pytest
from moto.server import ThreadedMotoServer

from domain.audit import OPERATORS_GROUP
from domain.cohort import Cohort, ViewerTraits
from local.play.replay.token_minter import TokenMinter

ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_pool"
TRAITS = ViewerTraits(
    viewer_id="viewer-7",
    cohort=Cohort(favourite_team="Italy", age_band="25-34", country="IT", tier="premium"),
    consents=frozenset({"personalization", "adverts"}),
)


@pytest.fixture(scope="module")
def jwks_uri() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}/eu-central-1_pool/.well-known/jwks.json"
    server.stop()


def test_a_token_verifies_against_the_user_pools_keys(jwks_uri: str) -> None:
    # GIVEN a token minted for a viewer
    token = TokenMinter(issuer=ISSUER, audience="client").id_token(TRAITS)
    # WHEN it is verified as the authorizer does, with the pool's published keys
    key = jwt.PyJWKClient(jwks_uri).get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="client", issuer=ISSUER)
    # THEN its claims identify the viewer
    assert claims["sub"] == "viewer-7"
    assert claims["token_use"] == "id"
    assert claims["custom:favourite_team"] == "Italy"
    assert claims["custom:age_band"] == "25-34"
    assert claims["custom:country"] == "IT"
    assert claims["custom:tier"] == "premium"
    assert claims["custom:consents"] == "adverts personalization"
    assert "cognito:groups" not in claims


def test_an_operators_token_has_the_group() -> None:
    token = TokenMinter(issuer=ISSUER, audience="client").id_token(TRAITS, groups=(OPERATORS_GROUP,))
    assert jwt.decode(token, options={"verify_signature": False})["cognito:groups"] == ["operators"]


def test_tokens_expire() -> None:
    minter = TokenMinter(issuer=ISSUER, audience="client", now=lambda: 1000.0)
    claims = jwt.decode(minter.id_token(TRAITS, lifetime_seconds=60), options={"verify_signature": False})
    assert (claims["iat"], claims["exp"]) == (1000, 1060)
