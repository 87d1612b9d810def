"""The authorizer of `$connect`: accepts valid tokens of the configured issuer."""

from typing import Any

from domain.metrics import Metric
from lambdas.adapters.errors import IssuerUnavailableError, TokenError
from lambdas.handlers.composition.identity import token_verifier
from lambdas.handlers.errors import Unauthorized
from lambdas.logic.authorization import authorizer_context, token_from_headers
from lambdas.logic.errors import UnauthorizedError
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return a policy that allows the connection, with the token's traits; 401 if the token is invalid.

    While the issuer does not answer, the function fails and API Gateway answers 500: a valid token must not
    be refused, and an outage must not look like forged tokens.
    """
    try:
        token = token_from_headers(event.get("headers") or {})
        verified = token_verifier().verify(token)
        context = authorizer_context(verified.claims, of_operators=verified.of_operators)
    except (TokenError, UnauthorizedError) as error:
        TELEMETRY.count(Metric.CONNECTIONS_REFUSED)
        TELEMETRY.warning("connection refused", reason=str(error))
        raise Unauthorized from None
    except IssuerUnavailableError as error:
        TELEMETRY.count(Metric.AUTHORIZATIONS_FAILED)
        TELEMETRY.exception("issuer unavailable", error)
        raise
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
