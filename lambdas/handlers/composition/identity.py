"""Collaborators of `authorize_connection`."""

from lambdas.adapters.json_web_tokens import JsonWebTokens
from lambdas.adapters.trusted_issuers import TrustedIssuers
from lambdas.environment import read_settings
from lambdas.handlers.composition.provider import Provider
from lambdas.settings import TokenSettings


@Provider
def token_verifier() -> TrustedIssuers:
    """Build the verifier of viewers' and operators' tokens."""
    settings = read_settings(TokenSettings)
    return TrustedIssuers(
        viewers=JsonWebTokens.of_issuer(
            issuer=settings.token_issuer, audience=settings.token_audience, jwks_uri=settings.jwks_uri
        ),
        operators=JsonWebTokens.of_issuer(
            issuer=settings.operator_token_issuer,
            audience=settings.operator_token_audience,
            jwks_uri=settings.operator_jwks_uri,
        ),
    )
