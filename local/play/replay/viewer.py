"""One simulated viewer's app on its own socket."""

import asyncio
import json
import time
from collections import deque
from datetime import UTC, datetime
from random import Random
from typing import Any

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType

from domain.interaction import MAX_INTERACTIONS
from domain.validation import format_instant
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.screen import Reception, Screen, recommendation
from local.play.replay.viewer_spec import Behaviour, ClickModel, ViewerSpec

SUBPROTOCOL = "touchline.v1"
_RETRY_SECONDS = 1.0
_INTERACTIONS, _SUBSCRIPTION = "interactions", "subscription"
"""Request ids, which identify the answers."""


class Viewer:
    """Connects, subscribes, shows, interacts and reconnects, as its spec says."""

    def __init__(
        self,
        *,
        number: int,
        spec: ViewerSpec,
        url: str,
        token: str,
        http: aiohttp.ClientSession,
        connecting: asyncio.Semaphore,
        log: DeliveryLog,
        click_model: ClickModel | None,
        rng: Random,
    ) -> None:
        self.spec = spec
        self.screen = Screen()
        self.connected = asyncio.Event()
        """Set when the viewer is connected and, unless UNSUBSCRIBED, subscribed."""
        self._number = number
        self._url = url
        self._token = token
        self._http = http
        self._connecting = connecting
        self._log = log
        self._click_model = click_model
        self._rng = rng
        self._leaving = False
        self._has_behaved = False
        self._subscribed = False
        self._shown = 0
        self._socket: ClientWebSocketResponse | None = None
        self._interactions_sent: deque[str] = deque()
        """The `interact` messages that the server has not answered yet, oldest first."""

    @property
    def unanswered(self) -> int:
        """How many `interact` messages the server has not answered yet."""
        return len(self._interactions_sent)

    async def run(self, delay_seconds: float) -> None:
        """Connect after a delay, and stay until `leave` is called or the behaviour ends it."""
        await asyncio.sleep(delay_seconds)
        while not self._leaving:
            try:
                await self._connect_and_read()
            except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
                self._log.errors[_error_name(error)] += 1
            if not self._leaving:
                self._log.reconnections += 1
                await asyncio.sleep(self._rng.uniform(0, _RETRY_SECONDS))

    async def leave(self) -> None:
        """Close the socket with a close frame and do not reconnect."""
        self._leaving = True
        if self._socket is not None:
            await self._socket.close()

    async def _connect_and_read(self) -> None:
        self._interactions_sent.clear()
        self._subscribed = False
        async with self._connecting:
            self._socket = await self._http.ws_connect(
                self._url, protocols=(SUBPROTOCOL, self._token), compress=0, autoclose=True
            )
            await self._subscribe(self._socket)
            await self._read(self._socket, until_subscribed=True)
        await self._read(self._socket)

    async def _read(self, socket: ClientWebSocketResponse, *, until_subscribed: bool = False) -> None:
        while not (until_subscribed and self._subscribed):
            message = await socket.receive()
            if message.type is WSMsgType.TEXT:
                await self._receive(socket, json.loads(message.data), time.time() * 1000)
            elif socket.closed:
                return

    def _mark_subscribed(self) -> None:
        self._subscribed = True
        self.connected.set()

    async def _subscribe(self, socket: ClientWebSocketResponse) -> None:
        if self.spec.behaviour is Behaviour.UNSUBSCRIBED:
            self._mark_subscribed()
            return
        request: dict[str, Any] = {
            "action": "subscribe",
            "matchId": self.spec.match_id,
            "requestId": _SUBSCRIPTION,
        }
        last_version = self.screen.version(self.spec.match_id)
        if last_version is not None:
            request |= {"lastVersion": last_version}
        await socket.send_str(json.dumps(request))

    async def _receive(
        self, socket: ClientWebSocketResponse, message: dict[str, Any], received_at: float
    ) -> None:
        kind = message.get("type")
        if kind == "components":
            self._mark_subscribed()
            reception = self.screen.receive(message["matchId"], message["version"])
            self._log.add(self._number, message, reception, received_at)
            if reception is Reception.SHOWN:
                self._shown += 1
                await self._interact(socket, message)
                await self._behave(socket)
        elif kind == "ack":
            if message.get("action") == "subscribe":
                self._mark_subscribed()
            elif message.get("requestId") == _INTERACTIONS:
                self._interactions_sent.popleft()
        elif "connectionId" in message:
            await self._retry_throttled(socket, str(message["message"]))
        elif kind != "pong":
            self._log.errors[str(message.get("code") or message.get("message"))] += 1
            if message.get("requestId") == _INTERACTIONS:
                self._interactions_sent.popleft()
            elif not self._subscribed:
                await asyncio.sleep(self._rng.uniform(0, _RETRY_SECONDS))
                await self._subscribe(socket)

    async def _retry_throttled(self, socket: ClientWebSocketResponse, reason: str) -> None:
        """Send a message again that the gateway refused; its answer does not say which, so the oldest."""
        self._log.errors[reason] += 1
        await asyncio.sleep(self._rng.uniform(0, _RETRY_SECONDS))
        if not self._subscribed:
            await self._subscribe(socket)
        elif self._interactions_sent:
            self._interactions_sent.rotate(-1)
            await socket.send_str(self._interactions_sent[-1])

    async def _behave(self, socket: ClientWebSocketResponse) -> None:
        if self._has_behaved or self._shown < self.spec.after_messages:
            return
        self._has_behaved = True
        if self.spec.behaviour is Behaviour.VANISHING:
            self._leaving = True
            connection = socket._conn  # aiohttp offers no public way to drop a socket without a close frame
            if connection is not None and connection.transport is not None:
                connection.transport.abort()
        elif self.spec.behaviour is Behaviour.SLOW:
            await asyncio.sleep(self.spec.pause_seconds)
        elif self.spec.behaviour is Behaviour.RECONNECTING:
            await socket.close()

    async def _interact(self, socket: ClientWebSocketResponse, message: dict[str, Any]) -> None:
        if self._click_model is None or not message["placements"]:
            return
        interactions = self._interactions(self._click_model, message)[:MAX_INTERACTIONS]
        self._log.interactions.update(interaction["type"] for interaction in interactions)
        body = {"matchId": message["matchId"], "interactions": interactions, "requestId": _INTERACTIONS}
        text = json.dumps({"action": "interact", **body})
        self._interactions_sent.append(text)
        await socket.send_str(text)

    def _interactions(self, click_model: ClickModel, message: dict[str, Any]) -> list[dict[str, Any]]:
        placements = message["placements"]
        now = format_instant(datetime.now(tz=UTC))
        on_screen = [placement["componentId"] for placement in placements]
        clicked = [
            placement
            for placement in placements
            if self._rng.random() < click_model(self.spec.traits, message, placement)
        ]
        actions = [("impression", placement) for placement in placements]
        actions += [("click", placement) for placement in clicked]
        return [
            {
                "type": kind,
                "componentId": placement["componentId"],
                "slot": placement["slot"],
                "version": message["version"],
                "occurredAt": now,
                "impression": on_screen,
                **recommendation(placement),
            }
            for kind, placement in actions
        ]


def _error_name(error: Exception) -> str:
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f"HANDSHAKE_{error.status}"
    return type(error).__name__
