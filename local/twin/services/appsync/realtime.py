"""The WebSocket protocol of an Event API, for one client.

Source: AWS documentation, "Understanding the Event API WebSocket protocol". The client names its credentials
in a sub-protocol, `header-` and a JSON object in URL-safe Base64, and in each message that needs them. What
it sends is processed concurrently.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from local.twin.background_tasks import BackgroundTasks
from local.twin.services.appsync.authorization import Operation
from local.twin.services.appsync.channels import namespace_of, read_pattern
from local.twin.services.appsync.connection import EventConnection, Subscription
from local.twin.services.appsync.errors import (
    BadRequestError,
    EventError,
    UnknownOperationError,
    UnsupportedOperationError,
)
from local.twin.services.appsync.publishing import read_publish

if TYPE_CHECKING:
    from local.twin.services.appsync.data_plane import EventDataPlane

SUBPROTOCOL = "aws-appsync-event-ws"
_HEADER = "header-"
_POLICY_VIOLATION = 1008
_LINGER_SECONDS = 1.0
_MAX_ID = 128


class RealtimeClient:
    """Serves one client from the handshake until the connection closes."""

    def __init__(self, plane: "EventDataPlane", request: web.BaseRequest, serving: BackgroundTasks) -> None:
        self._plane = plane
        self._request = request
        self._serving = serving
        self._headers = dict(request.headers)
        self._socket = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,), compress=False, max_msg_size=0, timeout=_LINGER_SECONDS
        )
        self._connection = EventConnection(None, plane.limits)

    async def serve(self) -> web.StreamResponse:
        """Answer the handshake, and serve the client."""
        if not self._socket.can_prepare(self._request):
            error = BadRequestError("expected a WebSocket handshake")
            return web.json_response({"errors": [error.entry()]}, status=error.status)
        await self._socket.prepare(self._request)
        self._connection = EventConnection(self._request.transport, self._plane.limits)
        try:
            await self._admit()
        except EventError as error:
            self._plane.count("ConnectClientError", 1, None)
            entry = {**error.entry(), "errorCode": error.status}
            self._connection.send({"type": "connection_error", "errors": [entry]})
            await self._socket.close(code=_POLICY_VIOLATION)
            return self._socket
        self._plane.count("ConnectSuccess", 1, None)
        await self._converse()
        return self._socket

    async def _admit(self) -> None:
        self._plane.admit_connection()
        offered = [
            each.strip() for each in self._request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        ]
        if SUBPROTOCOL not in offered:
            raise BadRequestError(f"expected the sub-protocol {SUBPROTOCOL}")
        await self._plane.authorizer.check_message(
            Operation.CONNECT, self._plane.api.connection_modes, _credentials(offered), self._headers
        )

    async def _converse(self) -> None:
        self._plane.connections[self._connection] = self._socket
        self._connection.start_timers(lambda: self._serving.start(self._close()))
        try:
            while (message := await self._socket.receive()).type is WSMsgType.TEXT:
                self._serving.start(self._answer(str(message.data)))
        finally:
            self._connection.stop_timers()
            del self._plane.connections[self._connection]
            for subscription in self._connection.take_all():
                self._plane.subscriptions.remove(subscription)

    async def _close(self) -> None:
        await self._socket.close()

    async def _answer(self, text: str) -> None:
        message = _object(text)
        kind = None if message is None else message.get("type")
        handlers: dict[object, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "publish": self._publish,
        }
        if kind == "connection_init":
            silence = int(self._plane.limits.silence_seconds * 1000)
            self._connection.send({"type": "connection_ack", "connectionTimeoutMs": silence})
            return
        if message is None or kind not in handlers:
            error = UnsupportedOperationError("unknown" if kind is None else kind)
            self._connection.send({"type": "error", "errors": [error.entry()]})
            return
        try:
            await handlers[kind](message)
        except EventError as error:
            if kind == "subscribe":
                self._plane.count("SubscribeClientError", 1, None)
            refused = {"type": f"{kind}_error", "id": message.get("id"), "errors": [error.entry()]}
            self._connection.send(refused)

    async def _subscribe(self, message: dict[str, Any]) -> None:
        operation_id, pattern = _id(message), read_pattern(message.get("channel"))
        if pattern is None:
            raise BadRequestError(f"channel: expected /NAMESPACE/SEGMENT..., got {message.get('channel')!r}")
        modes = self._plane.namespace(pattern).subscribe_modes
        self._connection.reserve(operation_id)
        try:
            await self._check(Operation.SUBSCRIBE, modes, message, pattern)
        except (EventError, asyncio.CancelledError):
            self._connection.release(operation_id)
            raise
        if self._connection not in self._plane.connections:
            return
        subscription = Subscription(operation_id, pattern, self._connection)
        self._connection.put(subscription)
        self._plane.subscriptions.add(subscription)
        self._plane.count("SubscribeSuccess", 1, namespace_of(pattern))
        self._connection.send({"type": "subscribe_success", "id": operation_id})

    async def _unsubscribe(self, message: dict[str, Any]) -> None:
        operation_id = _id(message)
        subscription = self._connection.take(operation_id)
        if subscription is None:
            raise UnknownOperationError(operation_id)
        self._plane.subscriptions.remove(subscription)
        self._connection.send({"type": "unsubscribe_success", "id": operation_id})

    async def _publish(self, message: dict[str, Any]) -> None:
        operation_id = _id(message)
        publish = read_publish(message, self._plane.limits)
        modes = self._plane.namespace(publish.channel).publish_modes
        await self._check(Operation.PUBLISH, modes, message, publish.channel)
        result = self._plane.publish(publish)
        self._connection.send({"type": "publish_success", "id": operation_id, **result})

    async def _check(
        self, operation: Operation, modes: frozenset[str], message: dict[str, Any], channel: str
    ) -> None:
        given = message.get("authorization")
        credentials = given if isinstance(given, dict) else {}
        await self._plane.authorizer.check_message(operation, modes, credentials, self._headers, channel)


def _credentials(offered: list[str]) -> Mapping[str, str]:
    """Return the object in the sub-protocol `header-...`; empty if there is none or it cannot be read."""
    for protocol in offered:
        if not protocol.startswith(_HEADER):
            continue
        text = protocol.removeprefix(_HEADER)
        try:
            decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        except (binascii.Error, ValueError):
            continue
        return _object(decoded) or {}
    return {}


def _id(message: Mapping[str, Any]) -> str:
    operation_id = message.get("id")
    if not isinstance(operation_id, str) or not 1 <= len(operation_id) <= _MAX_ID:
        raise BadRequestError(f"id: expected a text of 1 to {_MAX_ID} characters")
    return operation_id


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
