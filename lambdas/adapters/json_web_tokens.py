"""Verifies ID tokens against the issuer's keys: RS256 only, with issuer, audience, expiry and use."""

import time
from typing import Any, Protocol

import jwt

from lambdas.adapters.errors import TokenError
from lambdas.adapters.signing_keys import PublishedKeys

ALGORITHMS = ["RS256"]
LEEWAY_SECONDS = 30
"""How far the issuer's clock may be from ours."""


class SigningKeys(Protocol):
    """The issuer's published keys."""

    def key(self, key_id: str) -> Any:
        """Return the key of this id; raises TokenError or IssuerUnavailableError."""


class JsonWebTokens:
    """ID tokens of one OpenID Connect issuer for one audience."""

    def __init__(self, *, issuer: str, audience: str, keys: SigningKeys) -> None:
        self.issuer = issuer
        self._audience = audience
        self._keys = keys

    @staticmethod
    def of_issuer(*, issuer: str, audience: str, jwks_uri: str) -> "JsonWebTokens":
        """Build a verifier that reads the issuer's keys from their address."""
        key_set = jwt.PyJWKClient(jwks_uri, cache_jwk_set=False, timeout=3)
        return JsonWebTokens(issuer=issuer, audience=audience, keys=PublishedKeys(key_set, time.monotonic))

    def claims(self, token: str) -> dict[str, Any]:
        """Return the claims of a token; raises TokenError unless it is valid now.

        Raises IssuerUnavailableError if the issuer's keys cannot be read: the token may be valid.
        """
        key = self._keys.key(_key_id(token))
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise TokenError(f"{type(error).__name__}: {error}") from error
        if claims.get("token_use", "id") != "id":
            raise TokenError(f"token_use: expected id, got {claims['token_use']!r}")
        return claims


def _key_id(token: str) -> str:
    """Return the id of the key in the token's header, before the issuer is asked for it.

    So no fault of a token can look like one of the issuer.
    """
    try:
        key_id = jwt.get_unverified_header(token).get("kid")
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise TokenError(f"{type(error).__name__}: {error}") from error
    if not isinstance(key_id, str):
        raise TokenError(f"kid: expected the id of a key, got {key_id!r}")
    return key_id
