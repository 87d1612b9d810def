"""The services that the twin plays itself, and how a request reaches them."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRequest:
    """One signed request as a service of ours reads it."""

    service: str
    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """The operation of a JSON service, from `X-Amz-Target`."""
        return self.headers.get("X-Amz-Target", "").rpartition(".")[2]

    def json(self) -> dict[str, Any]:
        """The body of a JSON service."""
        value: dict[str, Any] = json.loads(self.body or b"{}")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAnswer:
    """What a service of ours answers."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


FORWARD = ServiceAnswer(status=0)
"""The answer by which a service leaves the request to moto."""

Service = Callable[[ServiceRequest], Awaitable[ServiceAnswer]]


def json_answer(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> ServiceAnswer:
    """An answer in the JSON protocol."""
    content = {"Content-Type": "application/x-amz-json-1.1"}
    body = json.dumps(value, separators=(",", ":")).encode()
    return ServiceAnswer(status=status, headers=content | dict(headers or {}), body=body)


def json_error(code: str, message: str, *, status: int = 400) -> ServiceAnswer:
    """A modelled error in the JSON protocols, readable for the REST one as well."""
    value = {"__type": code, "message": message, "Message": message, "Type": "User"}
    return json_answer(value, status=status, headers={"x-amzn-ErrorType": code})
