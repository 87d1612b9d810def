"""Tokens checked against their issuer's keys: RS256 alone, issuer, audience, expiry and use."""

from typing import Any

import jwt

ALGORITHMS = ["RS256"]
KEYS_KEPT_SECONDS = 3600


class TokenError(Exception):
    """Nobody vouches for this token; the reason is for the log, never for the one who sent it."""


class JsonWebTokens:
    """ID tokens of one OpenID Connect issuer for one audience."""

    def __init__(self, *, issuer: str, audience: str, keys: Any) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys

    @staticmethod
    def of_issuer(*, issuer: str, audience: str, jwks_uri: str) -> "JsonWebTokens":
        """Tokens checked with the keys that the issuer publishes, which are kept for an hour."""
        keys = jwt.PyJWKClient(jwks_uri, cache_keys=True, lifespan=KEYS_KEPT_SECONDS, timeout=3)
        return JsonWebTokens(issuer=issuer, audience=audience, keys=keys)

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of a token; raises TokenError unless it is valid now."""
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
