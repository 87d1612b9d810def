"""Verifies ID tokens against the issuer's keys: RS256 only, with issuer, audience, expiry and use."""

from typing import Any, Protocol

import jwt

from lambdas.adapters.errors import TokenError

ALGORITHMS = ["RS256"]
KEYS_KEPT_SECONDS = 3600


class SigningKeys(Protocol):
    """The issuer's published keys."""

    def get_signing_key_from_jwt(self, token: str) -> Any:
        """Return the key that the token's header names."""


class JsonWebTokens:
    """ID tokens of one OpenID Connect issuer for one audience."""

    def __init__(self, *, issuer: str, audience: str, keys: SigningKeys) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys

    @staticmethod
    def of_issuer(*, issuer: str, audience: str, jwks_uri: str) -> "JsonWebTokens":
        """Build a verifier that fetches the issuer's keys and caches them for an hour."""
        keys = jwt.PyJWKClient(jwks_uri, cache_keys=True, lifespan=KEYS_KEPT_SECONDS, timeout=3)
        return JsonWebTokens(issuer=issuer, audience=audience, keys=keys)

    def claims(self, token: str) -> dict[str, Any]:
        """Return the claims of a token; raises TokenError unless it is valid now."""
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise TokenError(f"{type(error).__name__}: {error}") from error
        if claims.get("token_use", "id") != "id":
            raise TokenError(f"token_use: expected id, got {claims['token_use']!r}")
        return claims
