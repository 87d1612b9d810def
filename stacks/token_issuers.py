"""Whose tokens the functions accept: those of viewers and of operators."""

from aws_cdk import aws_cognito as cognito

from stacks.config import StageConfig, TokenIssuer
from stacks.data_stack import DataStack


def token_environment(config: StageConfig, data: DataStack) -> dict[str, str]:
    """Return the variables of a function that verifies tokens."""
    issuer = config.token_issuer or _issuer(data.viewers.pool, data.viewers.client)
    operators = _issuer(data.operators.pool, data.operators.client)
    return {
        "TOKEN_ISSUER": issuer.issuer,
        "TOKEN_AUDIENCE": issuer.audience,
        "JWKS_URI": issuer.jwks_uri,
        "OPERATOR_TOKEN_ISSUER": operators.issuer,
        "OPERATOR_TOKEN_AUDIENCE": operators.audience,
        "OPERATOR_JWKS_URI": operators.jwks_uri,
    }


def _issuer(pool: cognito.UserPool, client: cognito.UserPoolClient) -> TokenIssuer:
    """Return the issuer of a user pool's tokens for a client."""
    issuer = f"https://cognito-idp.{pool.stack.region}.{pool.stack.url_suffix}/{pool.user_pool_id}"
    return TokenIssuer(
        issuer=issuer,
        audience=client.user_pool_client_id,
        jwks_uri=f"{issuer}/.well-known/jwks.json",
    )
