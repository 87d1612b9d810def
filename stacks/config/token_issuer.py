"""Configuration of an external OpenID Connect issuer."""

from dataclasses import dataclass
from typing import Annotated

from stacks.config.checks import Matches, check_fields

HttpsUrl = Annotated[str, Matches(r"https://[^\s/]+(/\S*)?", "an https:// URL")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssuer:
    """The OpenID Connect issuer whose tokens the WebSocket API accepts, in place of the stage's user pool."""

    issuer: HttpsUrl
    """The `iss` claim, an https URL."""
    audience: Annotated[str, Matches(r"\S.*", "the claim's value")]
    """The `aud` claim."""
    jwks_uri: HttpsUrl
    """The https URL of the issuer's public keys."""

    def __post_init__(self) -> None:
        check_fields(self, "token_issuer")
