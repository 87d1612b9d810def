"""Configuration of an external OpenID Connect issuer."""

from dataclasses import dataclass

from stacks.errors import StageConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssuer:
    """The OpenID Connect issuer whose tokens the WebSocket API accepts, in place of the stage's user pool."""

    issuer: str
    """The `iss` claim, an https URL."""
    audience: str
    """The `aud` claim."""
    jwks_uri: str
    """The https URL of the issuer's public keys."""

    def __post_init__(self) -> None:
        for name in ("issuer", "jwks_uri"):
            value = getattr(self, name)
            if not value.startswith("https://"):
                raise StageConfigError(f"token_issuer.{name}", "an https:// URL", value)
