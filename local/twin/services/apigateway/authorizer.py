"""The Lambda REQUEST authorizer of `$connect`.

Sources: AWS documentation, "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers", "Output
from an API Gateway Lambda authorizer", "Use API Gateway Lambda authorizers" (a missing identity source is 401
without an invocation; 403 on a denying policy; 500 on a failure), and the quota of 8 KB on the result. A
WebSocket API caches no policy.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from local.twin.services.apigateway.api import RequestAuthorizer
from local.twin.services.apigateway.errors import UnsupportedIdentitySourceError
from local.twin.services.apigateway.events import query_parameters
from local.twin.services.apigateway.invocation import Answered, Failed

_HEADER = "route.request.header."
_QUERY = "route.request.querystring."


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """The connection is allowed; the context is a part of every later event."""

    context: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The handshake is refused with this status."""

    status: int
    message: str


UNAUTHORIZED = Refused(status=401, message="Unauthorized")
_DENIED = Refused(status=403, message="User is not authorized to access this resource")
_FAILED = Refused(status=500, message="Internal server error")


def check_identity_sources(authorizer: RequestAuthorizer) -> None:
    """Raise UnsupportedIdentitySourceError for an identity source that the gateway cannot read."""
    for source in authorizer.identity_sources:
        if not source.startswith((_HEADER, _QUERY)):
            raise UnsupportedIdentitySourceError(source)


def has_identity_sources(authorizer: RequestAuthorizer, request: web.BaseRequest) -> bool:
    """True if every identity source is present and not empty."""
    query = query_parameters(request)
    for source in authorizer.identity_sources:
        if source.startswith(_HEADER):
            present = bool(request.headers.get(source.removeprefix(_HEADER)))
        else:
            present = any(query.get(source.removeprefix(_QUERY), ()))
        if not present:
            return False
    return True


def decide(answer: Answered | Failed, method_arn: str, result_limit_bytes: int) -> Allowed | Refused:
    """Return the decision in an authorizer's answer."""
    if isinstance(answer, Failed):
        return UNAUTHORIZED if answer.message == "Unauthorized" else _FAILED
    result = answer.value
    if not isinstance(result, dict) or len(json.dumps(result).encode()) > result_limit_bytes:
        return _FAILED
    statements = _statements(result.get("policyDocument"))
    context = _context(result.get("context"))
    if statements is None or context is None or not isinstance(result.get("principalId"), str):
        return _FAILED
    effects = {effect for effect, resource in statements if _matches(resource, method_arn)}
    if effects != {"Allow"}:
        return _DENIED
    return Allowed(context={"principalId": result["principalId"], **context})


def _statements(policy: Any) -> list[tuple[str, str]] | None:
    if not isinstance(policy, dict) or not policy.get("Statement"):
        return None
    statements = policy["Statement"]
    found: list[tuple[str, str]] = []
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            return None
        if any(
            _matches(action, "execute-api:invoke") for action in _texts(statement.get("Action"), lower=True)
        ):
            found += [(statement["Effect"], resource) for resource in _texts(statement.get("Resource"))]
    return found


def _texts(value: Any, *, lower: bool = False) -> list[str]:
    texts = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    return [text.lower() for text in texts] if lower else texts


def _matches(pattern: str, text: str) -> bool:
    wildcards = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wildcards, text) is not None


def _context(context: Any) -> dict[str, str] | None:
    if context is None:
        return {}
    if not isinstance(context, dict):
        return None
    if not all(isinstance(value, str | int | float | bool | None) for value in context.values()):
        return None
    return {name: _as_text(value) for name, value in context.items() if value is not None}


def _as_text(value: str | float) -> str:
    return value if isinstance(value, str) else json.dumps(value)
