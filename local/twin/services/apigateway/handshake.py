"""The handshake of a WebSocket connection: the authorizer, then the `$connect` integration.

Sources: AWS documentation, "Manage connected users and client apps: $connect and $disconnect routes" (a
failing authorizer or integration makes no connection), "Set up a $connect route that requires a WebSocket
subprotocol".
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from local.twin.services.apigateway.answers import FORBIDDEN, INTERNAL_SERVER_ERROR
from local.twin.services.apigateway.api import RequestAuthorizer, WebSocketApi, WebSocketRoute
from local.twin.services.apigateway.authorizer import (
    UNAUTHORIZED,
    Allowed,
    Refused,
    decide,
    has_identity_sources,
)
from local.twin.services.apigateway.connection import Connection
from local.twin.services.apigateway.events import authorizer_event, connect_event
from local.twin.services.apigateway.integration import proxy_answer
from local.twin.services.apigateway.invocation import Failed, Invoke, call
from local.twin.services.apigateway.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """The connection is accepted, with the sub-protocol that the integration chose."""

    subprotocol: str | None = None


class Handshake:
    """Invokes an API's authorizer and `$connect` integration for a new connection."""

    def __init__(
        self,
        *,
        api: WebSocketApi,
        invoke: Invoke,
        limits: Limits,
        now: Callable[[], float],
        counters: Counter[str],
    ) -> None:
        self._api = api
        self._invoke = invoke
        self._limits = limits
        self._now = now
        self._counters = counters

    async def admit(
        self, connection: Connection, request: web.BaseRequest, route: WebSocketRoute | None
    ) -> Admitted | Refused:
        """Accept or refuse a connection."""
        if self._api.authorizer is not None:
            allowed = await self._authorize(self._api.authorizer, connection, request)
            if isinstance(allowed, Refused):
                self._counters["ClientError"] += 1
                return allowed
            connection.authorizer = allowed.context
        self._counters["ConnectCount"] += 1
        return Admitted() if route is None else await self._connect(route, connection, request)

    async def _authorize(
        self, authorizer: RequestAuthorizer, connection: Connection, request: web.BaseRequest
    ) -> Allowed | Refused:
        if not has_identity_sources(authorizer, request):
            return UNAUTHORIZED
        event = authorizer_event(self._api, connection, request, self._now())
        answer = await call(
            self._invoke,
            authorizer.function_name,
            event,
            self._limits.authorizer_seconds,
            source_arn=self._api.authorizer_arn(authorizer),
        )
        return decide(answer, self._api.connect_arn(), self._limits.authorizer_result_bytes)

    async def _connect(
        self, route: WebSocketRoute, connection: Connection, request: web.BaseRequest
    ) -> Admitted | Refused:
        event = connect_event(self._api, connection, request, self._now())
        answer = proxy_answer(
            await call(
                self._invoke,
                route.function_name,
                event,
                self._limits.integration_seconds,
                source_arn=self._api.connect_arn(),
            )
        )
        if isinstance(answer, Failed):
            self._counters["IntegrationError"] += 1
            return Refused(status=504 if answer.timed_out else 502, message=INTERNAL_SERVER_ERROR)
        if not 200 <= answer.status < 300:
            self._counters["ClientError"] += 1
            return Refused(status=answer.status, message=FORBIDDEN)
        return Admitted(subprotocol=answer.header("Sec-WebSocket-Protocol"))
