"""The two issuers whose tokens open a connection: one of viewers, one of operators."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from lambdas.adapters.json_web_tokens import JsonWebTokens


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """The claims of a valid token, and whose issuer made it."""

    claims: Mapping[str, Any]
    of_operators: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuers:
    """Verifies each token with the keys of the issuer that it names; only one issuer makes operators."""

    viewers: JsonWebTokens
    operators: JsonWebTokens

    def verify(self, token: str) -> VerifiedToken:
        """Return a token's claims; raises TokenError or IssuerUnavailableError."""
        if _issuer(token) == self.operators.issuer:
            return VerifiedToken(self.operators.claims(token), of_operators=True)
        return VerifiedToken(self.viewers.claims(token), of_operators=False)


def _issuer(token: str) -> object:
    """Return the issuer that a token names, before it is verified; None if it cannot be read."""
    try:
        return jwt.decode(token, options={"verify_signature": False}).get("iss")
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
