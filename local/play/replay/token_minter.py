"""Mint ID tokens for simulated viewers, signed as the twin's user pools sign them.

The twin's user pools are moto's. moto signs the tokens of every pool with one key from its package, and
publishes the public key at `/<pool-id>/.well-known/jwks.json`: tokens minted here verify as the pool's own.
"""

import gzip
import json
import time
import uuid
from collections.abc import Callable
from importlib import resources
from typing import Any

import jwt

from domain.cohort import ViewerTraits

_SIGNING_KEY = "cognitoidp/resources/jwks-private.json.gz"


class TokenMinter:
    """Signs ID tokens for one app client of a user pool."""

    def __init__(self, *, issuer: str, audience: str, now: Callable[[], float] = time.time) -> None:
        key = json.loads(gzip.decompress((resources.files("moto") / _SIGNING_KEY).read_bytes()))
        self._key = jwt.PyJWK(key)
        self._headers = {"kid": key["kid"]}
        self._issuer = issuer
        self._audience = audience
        self._now = now

    def id_token(
        self, traits: ViewerTraits, *, groups: tuple[str, ...] = (), lifetime_seconds: int = 3600
    ) -> str:
        """Return a viewer's ID token; `groups` are the viewer's user pool groups, such as `operators`."""
        issued_at = int(self._now())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": traits.viewer_id,
            "cognito:username": traits.viewer_id,
            "token_use": "id",
            "iat": issued_at,
            "auth_time": issued_at,
            "exp": issued_at + lifetime_seconds,
            "jti": str(uuid.uuid4()),
            "custom:favourite_team": traits.cohort.favourite_team,
            "custom:age_band": traits.cohort.age_band,
            "custom:country": traits.cohort.country,
            "custom:tier": traits.cohort.tier,
            "custom:consents": " ".join(sorted(traits.consents)),
        }
        if groups:
            claims["cognito:groups"] = list(groups)
        return str(jwt.encode(claims, self._key, algorithm="RS256", headers=self._headers))
