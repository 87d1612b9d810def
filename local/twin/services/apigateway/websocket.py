"""The data plane of one WebSocket API: its connections from handshake to close.

Sources: AWS documentation, "Manage connected users and client apps: $connect and $disconnect routes", "Set up
route responses for WebSocket APIs in API Gateway", "Binary media types for WebSocket APIs in API Gateway"
(1003).
Messages of a client are processed concurrently, so responses can come in another order.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from aiohttp import web

from local.twin.background_tasks import BackgroundTasks
from local.twin.services.apigateway.answers import (
    FORBIDDEN,
    INTERNAL_SERVER_ERROR,
    TOO_MANY_REQUESTS,
    gateway_message,
    refused_handshake,
)
from local.twin.services.apigateway.api import WebSocketApi, WebSocketRoute
from local.twin.services.apigateway.authorizer import Refused, check_identity_sources
from local.twin.services.apigateway.client_socket import ClientSocket
from local.twin.services.apigateway.connection import GOING_AWAY, Closing, Connection, new_id
from local.twin.services.apigateway.events import disconnect_event, message_event
from local.twin.services.apigateway.handshake import Handshake
from local.twin.services.apigateway.integration import ProxyAnswer, proxy_answer
from local.twin.services.apigateway.invocation import Failed, Invoke, call
from local.twin.services.apigateway.limits import AccountRates, Limits, admits, token_bucket
from local.twin.services.apigateway.route_selection import RouteTable
from local.twin.services.apigateway.timers import Timers


class WebSocketDataPlane:
    """Serves the clients of one WebSocket API, and holds its open connections."""

    def __init__(
        self,
        api: WebSocketApi,
        *,
        invoke: Invoke,
        limits: Limits,
        rates: AccountRates,
        now: Callable[[], float],
        sends_disconnect: Callable[[Closing], bool],
    ) -> None:
        self.connections: dict[str, Connection] = {}
        self.counters: Counter[str] = Counter()
        self._invoke = invoke
        self._limits = limits
        self._now = now
        self._sends_disconnect = sends_disconnect
        self._serving = BackgroundTasks()
        self._rates = rates
        self.replace(api)

    def replace(self, api: WebSocketApi) -> None:
        """Replace the definition; open connections stay open, as after a deployment."""
        if api.authorizer is not None:
            check_identity_sources(api.authorizer)
        self._routes = RouteTable(api)
        self._stage = token_bucket(api.throttle, self._now)
        self.api = api
        self._handshake = Handshake(
            api=api, invoke=self._invoke, limits=self._limits, now=self._now, counters=self.counters
        )

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve an upgrade request, and its connection until it closes."""
        connection = self._new_connection(request)
        socket = ClientSocket(self._limits)
        if not socket.can_upgrade(request):
            return refused_handshake(403, FORBIDDEN, connection.id)
        if not admits(self._rates.connects, self._rates.requests):
            return refused_handshake(429, TOO_MANY_REQUESTS, connection.id)
        admitted = await self._handshake.admit(connection, request, self._routes.lifecycle("$connect"))
        if isinstance(admitted, Refused):
            return refused_handshake(admitted.status, admitted.message, connection.id)
        try:
            response = await socket.upgrade(request, admitted.subprotocol)
            await self._converse(connection, socket)
        finally:
            self._serving.start(self._disconnect(connection, socket))
        return response

    async def close(self) -> None:
        """Close every connection, and wait for the `$disconnect` integrations."""
        for connection in list(self.connections.values()):
            connection.close(GOING_AWAY)
        while self.connections:
            await asyncio.sleep(0.01)
        await self._serving.wait()

    def _new_connection(self, request: web.BaseRequest) -> Connection:
        return Connection(
            connection_id=new_id(),
            connected_at=self._now(),
            source_ip=request.remote or "",
            user_agent=request.headers.get("User-Agent", ""),
            limits=self._limits,
            now=self._now,
        )

    async def _converse(self, connection: Connection, socket: ClientSocket) -> None:
        connection.open(socket)
        self.connections[connection.id] = connection
        timers = Timers(connection, self._limits, self._now)
        try:
            while (text := await socket.next_text()) is not None:
                connection.touch()
                self._serving.start(self._message(connection, text))
        finally:
            timers.cancel()
            del self.connections[connection.id]

    async def _message(self, connection: Connection, text: str) -> None:
        self.counters["MessageCount"] += 1
        if not admits(self._stage if self._rates.enforces_stages else None, self._rates.requests):
            self._refuse(connection, TOO_MANY_REQUESTS)
        elif (route := self._routes.select(text)) is None:
            self._refuse(connection, FORBIDDEN)
        else:
            await self._route(connection, route, text)

    async def _route(self, connection: Connection, route: WebSocketRoute, text: str) -> None:
        event = message_event(self.api, connection, route.route_key, text, self._now())
        answer = await self._integrate(route, event)
        if isinstance(answer, Failed):
            message = answer.message if answer.timed_out else INTERNAL_SERVER_ERROR
            connection.send(gateway_message(message, connection.id, event["requestContext"]["requestId"]))
        elif route.two_way and answer.body:
            connection.send(answer.body)

    async def _disconnect(self, connection: Connection, socket: ClientSocket) -> None:
        closing = await socket.closed()
        route = self._routes.lifecycle("$disconnect")
        if route is not None and self._sends_disconnect(closing):
            await self._integrate(route, disconnect_event(self.api, connection, closing, self._now()))

    async def _integrate(self, route: WebSocketRoute, event: dict[str, Any]) -> ProxyAnswer | Failed:
        seconds = self._limits.integration_seconds
        source_arn = self.api.route_arn(route.route_key)
        answer = proxy_answer(
            await call(self._invoke, route.function_name, event, seconds, source_arn=source_arn)
        )
        if isinstance(answer, Failed):
            self.counters["IntegrationError"] += 1
        return answer

    def _refuse(self, connection: Connection, message: str) -> None:
        self.counters["ClientError"] += 1
        connection.send(gateway_message(message, connection.id, new_id()))
