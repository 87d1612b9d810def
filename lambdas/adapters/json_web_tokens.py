"""Verifies ID tokens against the issuer's keys: RS256 only, with issuer, audience, expiry and use."""

from typing import Any, Protocol

import jwt

from lambdas.adapters.errors import IssuerUnavailableError, TokenError

ALGORITHMS = ["RS256"]
KEYS_KEPT_SECONDS = 3600

ISSUER_FAULTS = (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError, OSError, ValueError)
"""The issuer cannot be reached, or its answer is not JSON or has no key."""


class SigningKeys(Protocol):
    """The issuer's published keys."""

    def get_signing_key(self, kid: str) -> Any:
        """Return the key of this id."""


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
        """Return the claims of a token; raises TokenError unless it is valid now.

        Raises IssuerUnavailableError if the issuer's keys cannot be read: the token may be valid.
        """
        key = self._signing_key(token)
        try:
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

    def _signing_key(self, token: str) -> Any:
        key_id = _key_id(token)
        try:
            return self._keys.get_signing_key(key_id)
        except ISSUER_FAULTS as error:
            raise IssuerUnavailableError(f"{type(error).__name__}: {error}") from error
        except jwt.PyJWTError as error:
            raise TokenError(f"{type(error).__name__}: {error}") from error


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
