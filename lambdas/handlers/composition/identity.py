"""Collaborators of `authorize_connection`."""

from lambdas.adapters.json_web_tokens import JsonWebTokens
from lambdas.environment import read_settings
from lambdas.handlers.composition.provider import Provider
from lambdas.settings import TokenSettings


@Provider
def token_verifier() -> JsonWebTokens:
    """Build the verifier of the configured issuer's tokens."""
    settings = read_settings(TokenSettings)
    return JsonWebTokens.of_issuer(
        issuer=settings.token_issuer, audience=settings.token_audience, jwks_uri=settings.jwks_uri
    )
