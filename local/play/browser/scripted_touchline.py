"""A WebSocket server in Touchline's place: it sends the messages of a script and records the requests."""

import asyncio
import json
import threading
from typing import Any, Self

from aiohttp import WSMsgType, web

Message = dict[str, Any]
_WINDOW = {"reconnectWithinSeconds": 1}


class ScriptedTouchline:
    """A server of one match: it sends each version once, and to a late subscriber the versions it missed."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._sockets: set[web.WebSocketResponse] = set()
        self._versions: list[Message] = []
        self.requests: list[Message] = []
        self.tokens: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = 0
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """The WebSocket URL."""
        return f"ws://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start to listen; after `stop`, on the same port."""
        self._run(self._listen())

    def stop(self) -> None:
        """Stop listening and close every connection, as when a deployment fails."""
        self.cut()
        self._run(self._runner.cleanup())

    def cut(self) -> None:
        """Close every connection, as the gateway does after two hours."""
        self._run(self._close_all())

    def push(self, message: Message) -> None:
        """Send a version to every connection."""
        self._versions.append(message)
        self._run(self._send_all(message))

    def forget(self) -> None:
        """Forget versions and requests, and close every connection."""
        self._versions.clear()
        self.requests.clear()
        self.cut()

    def sent_by_viewers(self, action: str) -> list[Message]:
        """Return the requests of one action."""
        return [request for request in self.requests if request["action"] == action]

    def _run(self, coroutine: Any) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_get("/", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("touchline.v1",))
        await socket.prepare(request)
        self._sockets.add(socket)
        self.tokens.append(request.headers["Sec-WebSocket-Protocol"].split(", ")[1])
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._answer(socket, json.loads(frame.data))
        self._sockets.discard(socket)
        return socket

    async def _answer(self, socket: web.WebSocketResponse, request: Message) -> None:
        self.requests.append(request)
        known = {"requestId": request["requestId"]}
        last = request.get("lastVersion", -1)
        unknown = sorted((each for each in self._versions if each["version"] > last), key=_version)
        if request["action"] == "ping":
            await socket.send_json({"type": "pong", "sentAt": "2021-06-11T19:00:00.000Z", **known})
        elif request["action"] == "subscribe" and unknown:
            *missed, newest = unknown
            await socket.send_json(
                {**newest, "snapshot": True, **({"missed": missed} if missed else {}), **known, **_WINDOW}
            )
        else:
            await socket.send_json({"type": "ack", "action": request["action"], **known, **_WINDOW})

    async def _send_all(self, message: Message) -> None:
        for socket in list(self._sockets):
            await socket.send_json(message)

    async def _close_all(self) -> None:
        for socket in list(self._sockets):
            await socket.close(code=1001)


def _version(message: Message) -> int:
    return int(message["version"])
