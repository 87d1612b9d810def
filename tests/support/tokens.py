"""ID tokens of two issuers whose keys are at hand."""

import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from lambdas.adapters.errors import TokenError
from lambdas.adapters.json_web_tokens import JsonWebTokens
from lambdas.adapters.trusted_issuers import TrustedIssuers

ISSUER, AUDIENCE = "https://issuer.example/pool", "touchline-app"
OPERATORS: dict[str, Any] = {"iss": "https://issuer.example/operators", "aud": "control-room"}
OURS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
THEIRS = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Keys:
    """The issuer's published keys: one, with the id `k1`."""

    def key(self, key_id: str) -> Any:
        if key_id != "k1":
            raise TokenError("no such key")
        return OURS.public_key()


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


def issuers(keys: Any) -> TrustedIssuers:
    return TrustedIssuers(
        viewers=JsonWebTokens(issuer=ISSUER, audience=AUDIENCE, keys=keys),
        operators=JsonWebTokens(issuer=OPERATORS["iss"], audience=OPERATORS["aud"], keys=keys),
    )


def token(key: Any = OURS, algorithm: str = "RS256", kid: str = "k1", **changes: Any) -> str:
    return str(jwt.encode(claims(**changes), key, algorithm=algorithm, headers={"kid": kid}))


def token_of(payload: bytes) -> str:
    """Return a token of ours with any content, whether claims or not."""
    return str(jwt.api_jws.encode(payload, OURS, algorithm="RS256", headers={"kid": "k1"}))
