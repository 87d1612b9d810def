"""Finding the AWS service that a request is for, from the credential scope of its signature."""

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote

_UNSIGNED_TARGETS = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
}


def service_of(headers: Mapping[str, str], query_string: str) -> str | None:
    """Return the service's signing name; None for an unsigned request, which S3 or a plain page serves."""
    scope = _credential_scope(headers, query_string)
    if len(scope) >= 5:
        return scope[3].lower()
    target = headers.get("X-Amz-Target")
    return None if target is None else _UNSIGNED_TARGETS.get(target.partition(".")[0])


def key_id_of(headers: Mapping[str, str], query_string: str) -> str | None:
    """Return the access key id that a request is signed with; None for an unsigned request."""
    scope = _credential_scope(headers, query_string)
    return scope[0] if len(scope) >= 5 else None


def _credential_scope(headers: Mapping[str, str], query_string: str) -> list[str]:
    """Return the parts of the credential: access key id, date, region, service and terminator."""
    _, found, rest = headers.get("Authorization", "").partition("Credential=")
    if found:
        return rest.split(",", 1)[0].strip().split("/")
    _, found, rest = query_string.partition("X-Amz-Credential=")
    return unquote(rest.split("&", 1)[0]).split("/") if found else []


_SCOPE = re.compile(r"(Credential=[^/,]+/\d{8}/)[\w-]+(?=/)")


def in_region(authorization: str, region: str) -> str:
    """Return an Authorization header with this region in its scope.

    moto keeps the resources of each region apart, and the twin has one region.
    """
    return _SCOPE.sub(rf"\g<1>{region}", authorization)


_BACKEND_CONTROL = "moto-api"
"""moto's own endpoints, which could delete everything."""


def is_of_backend_control(raw_path: str) -> bool:
    """True if moto could take a path for one of its own endpoints, however it is written."""
    return posixpath.normpath(unquote(raw_path)).lstrip("/").startswith(_BACKEND_CONTROL)


def fake_authorization(service: str, region: str) -> str:
    """Return an Authorization header for routing; its signature is not valid, and moto does not check it."""
    return (
        f"AWS4-HMAC-SHA256 Credential=touchline/20260101/{region}/{service}/aws4_request, "
        "SignedHeaders=host, Signature=none"
    )
