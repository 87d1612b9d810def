"""Clients of moto that check permissions before they send, for callers that do not go through the edge."""

from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict

from local.twin.clients import Clients
from local.twin.edge.routing import service_of
from local.twin.edge.services import ServiceAnswer, ServiceRequest
from local.twin.permissions.caller import RoleSession
from local.twin.permissions.gate import PermissionGate


class GuardedClients:
    """Clients that act with the permissions of a role."""

    def __init__(self, clients: Clients, permissions: PermissionGate) -> None:
        self._clients = clients
        self._permissions = permissions
        self._guarded: set[tuple[str, str]] = set()

    def __call__(self, role_arn: str, service: str) -> Any:
        """Return the client of a service."""
        client = self._clients.acting_as(role_arn)(service)
        if (role_arn, service) not in self._guarded:
            self._guarded.add((role_arn, service))
            caller = RoleSession(role_arn=role_arn)
            client.meta.events.register(
                "before-send", lambda request, **_: self._refusal(caller, request), unique_id="permissions"
            )
        return client

    def _refusal(self, caller: RoleSession, request: AWSPreparedRequest) -> AWSResponse | None:
        """Return the answer to a request that is refused; None sends it."""
        asked = _service_request(request)
        refusal = self._permissions.check(caller, asked)
        if refusal is None:
            return None
        return _response(request.url, refusal.answer(asked))


class _Body:
    """A response's body, as urllib3 gives it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Any:
        """Yield the content."""
        yield self._content


def _service_request(request: Any) -> ServiceRequest:
    headers = {
        name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()
    }
    url = urlsplit(request.url)
    body = request.body or b""
    return ServiceRequest(
        service=service_of(headers, url.query) or "",
        method=request.method,
        path=url.path,
        query_string=url.query,
        headers=headers,
        body=body.encode() if isinstance(body, str) else body,
    )


def _response(url: str, answer: ServiceAnswer) -> AWSResponse:
    headers: Any = HeadersDict(answer.headers)
    return AWSResponse(url, answer.status, headers, _Body(answer.body))
