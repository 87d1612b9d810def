"""Finding the AWS service that a request is for, from the credential scope of its signature."""

from collections.abc import Mapping
from urllib.parse import unquote

_UNSIGNED_TARGETS = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
}


def service_of(headers: Mapping[str, str], query_string: str) -> str | None:
    """Return the service's signing name; None for an unsigned request, which S3 or a plain page serves."""
    authorization = headers.get("Authorization")
    if authorization is not None:
        service = _scope_service(authorization)
        if service is not None:
            return service
    if "X-Amz-Credential=" in query_string:
        credential = query_string.split("X-Amz-Credential=", 1)[1].split("&", 1)[0]
        return _scope_service("Credential=" + unquote(credential))
    target = headers.get("X-Amz-Target")
    return None if target is None else _UNSIGNED_TARGETS.get(target.partition(".")[0])


def _scope_service(authorization: str) -> str | None:
    _, found, rest = authorization.partition("Credential=")
    if not found:
        return None
    scope = rest.split(",", 1)[0].strip().split("/")
    return scope[3].lower() if len(scope) >= 5 else None


def fake_authorization(service: str, region: str) -> str:
    """Return an Authorization header for routing; its signature is not valid, and moto does not check it."""
    return (
        f"AWS4-HMAC-SHA256 Credential=touchline/20260101/{region}/{service}/aws4_request, "
        "SignedHeaders=host, Signature=none"
    )
