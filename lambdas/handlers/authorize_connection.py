"""The authorizer of `$connect`: lets in whom the issuer's signature vouches for."""

import functools
from typing import Any

from domain.metrics import Metric
from lambdas.adapters.json_web_tokens import JsonWebTokens, TokenError
from lambdas.logic.authorization import authorizer_context, token_of
from lambdas.logic.errors import UnauthorizedError
from lambdas.observability import TELEMETRY, observed
from lambdas.settings import AuthorizeConnectionSettings, read_settings


class Unauthorized(Exception):  # noqa: N818 - API Gateway answers 401 to this very message alone
    """The message by which API Gateway knows that nobody vouches for the request."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@functools.cache
def tokens() -> JsonWebTokens:
    """Tokens of the configured issuer."""
    settings = read_settings(AuthorizeConnectionSettings)
    return JsonWebTokens.of_issuer(
        issuer=settings.token_issuer, audience=settings.token_audience, jwks_uri=settings.jwks_uri
    )


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A policy that lets the viewer in, with the token's traits; 401 if the token is not valid."""
    try:
        context = authorizer_context(tokens().claims(token_of(event.get("headers") or {})))
    except (TokenError, UnauthorizedError) as error:
        TELEMETRY.count(Metric.CONNECTIONS_REFUSED)
        TELEMETRY.warn("connection refused", reason=str(error))
        raise Unauthorized from None
    return {
        "principalId": context["viewerId"],
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}
            ],
        },
        "context": context,
    }
