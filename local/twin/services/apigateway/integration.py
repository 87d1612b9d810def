"""Reading the answer of a Lambda proxy integration.

Source: AWS documentation, "Set up Lambda proxy integrations in API Gateway", section output format: a status
code is required; without one the response is malformed.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.twin.services.apigateway.invocation import Answered, Failed

_MALFORMED = Failed(message="Malformed Lambda proxy response")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyAnswer:
    """A well-formed proxy response."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """Return a header's value; the name is not case-sensitive."""
        for candidate, value in self.headers.items():
            if candidate.lower() == name.lower():
                return value
        return None


def proxy_answer(answer: Answered | Failed) -> ProxyAnswer | Failed:
    """Return a function's answer as a proxy response."""
    if isinstance(answer, Failed):
        return answer
    value = answer.value
    if not isinstance(value, dict):
        return _MALFORMED
    status = _status(value.get("statusCode"))
    body = _body(value.get("body"), is_base64=bool(value.get("isBase64Encoded")))
    headers = value.get("headers") or {}
    if status is None or body is None or not isinstance(headers, dict):
        return _MALFORMED
    return ProxyAnswer(
        status=status,
        headers={name: str(text) for name, text in headers.items()},
        body=body,
        cookies=tuple(str(cookie) for cookie in value.get("cookies") or ()),
    )


def _status(value: Any) -> int | None:
    try:
        status = int(value)
    except (TypeError, ValueError):
        return None
    return status if 100 <= status <= 599 else None


def _body(value: Any, *, is_base64: bool) -> bytes | None:
    if value is None:
        return b""
    if not isinstance(value, str):
        return None
    if not is_base64:
        return value.encode()
    try:
        return base64.b64decode(value)
    except binascii.Error:
        return None
