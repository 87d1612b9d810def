"""Delivery mode `connections`: the stage's WebSocket API, of docs/websocket.asyncapi.yaml."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType

from domain.interaction import MAX_INTERACTIONS
from local.play.replay.errors import NotConnectedError
from local.play.replay.interactions import portions
from local.play.replay.transport import Interaction, Joining, Received

SUBPROTOCOL = "touchline.v1"
_RETRY_SECONDS = 1.0
_SUBSCRIPTION = "subscription"
"""The request id of `subscribe`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketDelivery:
    """A stage that posts to each connection."""

    url: str

    def transport(self, joining: Joining) -> "SocketTransport":
        """Return a transport that is not connected yet."""
        return SocketTransport(self.url, joining)


class SocketTransport:
    """One WebSocket; what the gateway throttles is sent again."""

    def __init__(self, url: str, joining: Joining) -> None:
        self._url = url
        self._joining = joining
        self._rng = joining.rng
        self._socket: ClientWebSocketResponse | None = None
        self._is_subscribed = False
        self._received: deque[Received] = deque()
        """What arrived before the subscription was answered."""
        self._last_version: int | None = None
        self._requests = 0
        self._reports: dict[str, str] = {}
        """The `interact` messages that the server has not answered yet by request id, oldest first."""

    @property
    def unanswered(self) -> int:
        """How many `interact` messages the server has not answered yet."""
        return len(self._reports)

    async def connect(self, *, follows: bool = True) -> None:
        """Connect and, unless told otherwise, subscribe with the last version that was received."""
        self._reports.clear()
        self._received.clear()
        self._is_subscribed = False
        self._socket = await self._joining.http.ws_connect(
            self._url, protocols=(SUBPROTOCOL, self._joining.token), compress=0, autoclose=True
        )
        if not follows:
            self._is_subscribed = True
            return
        await self._subscribe(self._socket)
        while not self._is_subscribed:
            received = await self._next(self._socket)
            if received is not None:
                self._received.append(received)
            elif self._socket.closed:
                raise NotConnectedError("CLOSED_BEFORE_SUBSCRIBED")

    async def receive(self) -> Received | None:
        """Return the next message; None once the socket is closed."""
        if self._received:
            return self._received.popleft()
        while self._socket is not None and not self._socket.closed:
            received = await self._next(self._socket)
            if received is not None:
                return received
        return None

    async def report(self, interactions: Sequence[Interaction]) -> None:
        """Send interactions, in messages of the size that the server takes."""
        for portion in portions(interactions, MAX_INTERACTIONS):
            self._requests += 1
            request_id = f"i-{self._requests}"
            body = {
                "action": "interact",
                "requestId": request_id,
                "matchId": self._joining.match_id,
                "interactions": portion,
            }
            self._reports[request_id] = json.dumps(body)
            if self._socket is not None:
                await self._socket.send_str(self._reports[request_id])

    async def close(self) -> None:
        """Close the socket with a close frame."""
        if self._socket is not None:
            await self._socket.close()

    def drop(self) -> None:
        """Drop the socket."""
        if self._socket is not None:
            abort(self._socket)

    async def _next(self, socket: ClientWebSocketResponse) -> Received | None:
        """Wait for a frame; return it if it is a `components` message, and act on it if it is another."""
        frame = await socket.receive()
        if frame.type is not WSMsgType.TEXT:
            return None
        at_ms = time.time() * 1000
        message = json.loads(frame.data)
        if message.get("type") != "components":
            await self._act_on(socket, message)
            return None
        self._is_subscribed = True
        self._last_version = max(message["version"], self._last_version or 0)
        return Received(message, at_ms)

    async def _act_on(self, socket: ClientWebSocketResponse, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "ack":
            if message.get("action") == "subscribe":
                self._is_subscribed = True
            self._reports.pop(str(message.get("requestId")), None)
        elif "connectionId" in message:
            await self._retry_throttled(socket, str(message["message"]))
        elif kind != "pong":
            self._joining.count_error(str(message.get("code") or message.get("message")))
            answered = self._reports.pop(str(message.get("requestId")), None)
            if answered is None and not self._is_subscribed:
                await asyncio.sleep(self._rng.uniform(0, _RETRY_SECONDS))
                await self._subscribe(socket)

    async def _subscribe(self, socket: ClientWebSocketResponse) -> None:
        request: dict[str, Any] = {
            "action": "subscribe",
            "matchId": self._joining.match_id,
            "requestId": _SUBSCRIPTION,
        }
        if self._last_version is not None:
            request |= {"lastVersion": self._last_version}
        await socket.send_str(json.dumps(request))

    async def _retry_throttled(self, socket: ClientWebSocketResponse, reason: str) -> None:
        """Send a message again that the gateway refused; its answer does not say which, so the oldest."""
        self._joining.count_error(reason)
        await asyncio.sleep(self._rng.uniform(0, _RETRY_SECONDS))
        if not self._is_subscribed:
            await self._subscribe(socket)
        elif self._reports:
            request_id = next(iter(self._reports))
            text = self._reports[request_id] = self._reports.pop(request_id)
            await socket.send_str(text)


def abort(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Drop a socket without a close frame."""
    connection = socket._conn  # aiohttp offers no public way to do this
    if connection is not None and connection.transport is not None:
        connection.transport.abort()
