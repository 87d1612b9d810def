"""The interface between the edge and the AWS services that the twin serves itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRequest:
    """One signed request to an AWS service."""

    service: str
    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """The operation of a JSON service, from the header `X-Amz-Target`."""
        return self.headers.get("X-Amz-Target", "").rpartition(".")[2]

    def json(self) -> dict[str, Any]:
        """Parse the body of a JSON service."""
        value: dict[str, Any] = json.loads(self.body or b"{}")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAnswer:
    """The response of an AWS service."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


FORWARD = ServiceAnswer(status=0)
"""The answer by which a service leaves the request to moto."""


class Service(Protocol):
    """An AWS service: an async callable, which may also be a function."""

    async def __call__(self, request: ServiceRequest, /) -> ServiceAnswer:
        """Answer one request."""
        ...


def json_answer(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> ServiceAnswer:
    """Return an answer in the JSON protocol."""
    content = {"Content-Type": "application/x-amz-json-1.1"}
    body = json.dumps(value, separators=(",", ":")).encode()
    return ServiceAnswer(status=status, headers=content | dict(headers or {}), body=body)


def json_error(code: str, message: str, *, status: int = 400) -> ServiceAnswer:
    """Return a modelled error in the JSON protocol, which clients of the REST-JSON protocol can read too."""
    value = {"__type": code, "message": message, "Message": message, "Type": "User"}
    return json_answer(value, status=status, headers={"x-amzn-ErrorType": code})
