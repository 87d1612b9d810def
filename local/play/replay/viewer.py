"""One simulated viewer's app on its own socket."""

import asyncio
import json
import time
from datetime import UTC, datetime
from random import Random
from typing import Any

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType

from domain.interaction import MAX_INTERACTIONS
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.screen import Reception, Screen, recommendation
from local.play.replay.viewer_spec import Behaviour, Taste, ViewerSpec

SUBPROTOCOL = "touchline.v1"
_RETRY_SECONDS = 1.0
_REPORT, _SUBSCRIPTION = "report", "subscription"


class Viewer:
    """Connects, subscribes, shows, interacts, and comes back, as its spec says."""

    def __init__(
        self,
        *,
        number: int,
        spec: ViewerSpec,
        url: str,
        token: str,
        http: aiohttp.ClientSession,
        door: asyncio.Semaphore,
        log: DeliveryLog,
        taste: Taste | None,
        chance: Random,
    ) -> None:
        self.spec = spec
        self.screen = Screen()
        self.ready = asyncio.Event()
        self.unanswered = 0
        """How many reports of interactions the server has not answered yet."""
        self._number = number
        self._url = url
        self._token = token
        self._http = http
        self._door = door
        self._log = log
        self._taste = taste
        self._chance = chance
        self._leaving = False
        self._misbehaved = False
        self._seated = False
        self._shown = 0
        self._socket: ClientWebSocketResponse | None = None

    async def watch(self, delay_seconds: float) -> None:
        """Come after a while, and stay until told to leave or until the behaviour ends it."""
        await asyncio.sleep(delay_seconds)
        while not self._leaving:
            try:
                await self._visit()
            except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
                self._log.errors[_named(error)] += 1
            if not self._leaving:
                self._log.reconnections += 1
                await asyncio.sleep(self._chance.uniform(0, _RETRY_SECONDS))

    async def leave(self) -> None:
        """Close the socket properly and do not come back."""
        self._leaving = True
        if self._socket is not None:
            await self._socket.close()

    async def _visit(self) -> None:
        self.unanswered = 0
        self._seated = False
        async with self._door:
            self._socket = await self._http.ws_connect(
                self._url, protocols=(SUBPROTOCOL, self._token), compress=0, autoclose=True
            )
            await self._subscribe(self._socket)
            await self._read(self._socket, until_seated=True)
        await self._read(self._socket)

    async def _read(self, socket: ClientWebSocketResponse, *, until_seated: bool = False) -> None:
        while not (until_seated and self._seated):
            message = await socket.receive()
            if message.type is WSMsgType.TEXT:
                await self._receive(socket, json.loads(message.data), time.time() * 1000)
            elif socket.closed:
                return

    def _sit(self) -> None:
        self._seated = True
        self.ready.set()

    async def _subscribe(self, socket: ClientWebSocketResponse) -> None:
        if self.spec.behaviour is Behaviour.UNSUBSCRIBED:
            self._sit()
            return
        request = {"action": "subscribe", "matchId": self.spec.match_id, "requestId": _SUBSCRIPTION}
        seen = self.screen.version(self.spec.match_id)
        await socket.send_str(json.dumps(request if seen is None else request | {"lastVersion": seen}))

    async def _receive(
        self, socket: ClientWebSocketResponse, message: dict[str, Any], received_at: float
    ) -> None:
        kind = message.get("type")
        if kind == "components":
            self._sit()
            reception = self.screen.receive(message["matchId"], message["version"])
            self._log.add(self._number, message, reception, received_at)
            if reception is Reception.SHOWN:
                self._shown += 1
                await self._interact(socket, message)
                await self._behave(socket)
        elif kind == "ack":
            if message.get("action") == "subscribe":
                self._sit()
            elif message.get("requestId") == _REPORT:
                self.unanswered -= 1
        elif kind != "pong":
            self._log.errors[str(message.get("code") or message.get("message"))] += 1
            if message.get("requestId") == _REPORT:
                self.unanswered -= 1
            elif not self._seated:
                await asyncio.sleep(self._chance.uniform(0, _RETRY_SECONDS))
                await self._subscribe(socket)

    async def _behave(self, socket: ClientWebSocketResponse) -> None:
        if self._misbehaved or self._shown < self.spec.patience:
            return
        self._misbehaved = True
        if self.spec.behaviour is Behaviour.VANISHING:
            self._leaving = True
            connection = socket._conn
            if connection is not None and connection.transport is not None:
                connection.transport.abort()
        elif self.spec.behaviour is Behaviour.SLOW:
            await asyncio.sleep(self.spec.pause_seconds)
        elif self.spec.behaviour is Behaviour.RECONNECTING:
            await socket.close()

    async def _interact(self, socket: ClientWebSocketResponse, message: dict[str, Any]) -> None:
        if self._taste is None or not message["placements"]:
            return
        interactions = self._interactions(self._taste, message)[:MAX_INTERACTIONS]
        self._log.interactions.update(interaction["type"] for interaction in interactions)
        self.unanswered += 1
        report = {"matchId": message["matchId"], "interactions": interactions, "requestId": _REPORT}
        await socket.send_str(json.dumps({"action": "interact", **report}))

    def _interactions(self, taste: Taste, message: dict[str, Any]) -> list[dict[str, Any]]:
        placements = message["placements"]
        now = datetime.now(tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        on_screen = [placement["componentId"] for placement in placements]
        clicked = [
            placement
            for placement in placements
            if self._chance.random() < taste(self.spec.traits, placement)
        ]
        acts = [("impression", placement) for placement in placements]
        acts += [("click", placement) for placement in clicked]
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
            for kind, placement in acts
        ]


def _named(error: Exception) -> str:
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f"HANDSHAKE_{error.status}"
    return type(error).__name__
