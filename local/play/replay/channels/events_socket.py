"""The WebSocket of an Event API: the handshake with a pass, subscriptions and what is published.

Source: https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-websocket-protocol.html
"""

import base64
import json
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType

from local.play.replay.errors import NotConnectedError
from local.play.replay.socket_transport import abort

_SUBPROTOCOL = "aws-appsync-event-ws"


class Published(NamedTuple):
    """An event of a channel, as `domain/packed_event.py` packs it; it arrived in epoch milliseconds."""

    channel: str
    event: str
    at_ms: float


class EventsSocket:
    """An open socket; it is read by whoever awaits `receive`."""

    def __init__(self, socket: ClientWebSocketResponse, authorization: dict[str, str]) -> None:
        self._socket = socket
        self._authorization = authorization
        self._channels: dict[str, str] = {}
        """By the id of the subscription."""
        self._unanswered: set[str] = set()
        self._waiting: deque[Published] = deque()

    @classmethod
    async def open(
        cls, http: aiohttp.ClientSession, *, realtime_url: str, events_url: str, token: str
    ) -> "EventsSocket":
        """Connect with a pass; raises NotConnectedError if it is not accepted."""
        authorization = {"host": urlsplit(events_url).netloc, "Authorization": token}
        header = base64.urlsafe_b64encode(json.dumps(authorization).encode()).rstrip(b"=").decode()
        socket = await http.ws_connect(
            realtime_url, protocols=(_SUBPROTOCOL, f"header-{header}"), compress=0, max_msg_size=0
        )
        opened = cls(socket, authorization)
        await socket.send_json({"type": "connection_init"})
        if (await opened._frame()).get("type") != "connection_ack":
            await socket.close()
            raise NotConnectedError("EVENTS_CONNECTION_REFUSED")
        return opened

    async def subscribe(self, channels: Sequence[str]) -> None:
        """Subscribe to channels; raises NotConnectedError unless all of them are granted."""
        for number, channel in enumerate(channels):
            subscription = f"subscription-{number}"
            self._channels[subscription] = channel
            self._unanswered.add(subscription)
            await self._socket.send_json(
                {
                    "type": "subscribe",
                    "id": subscription,
                    "channel": channel,
                    "authorization": self._authorization,
                }
            )
        while self._unanswered:
            frame = await self._frame()
            if not frame or frame.get("type") == "subscribe_error":
                await self._socket.close()
                raise NotConnectedError("EVENTS_SUBSCRIPTION_REFUSED")
            self._take(frame)

    async def receive(self) -> Published | None:
        """Return the next event of a channel; None once the socket is closed."""
        while not self._waiting:
            frame = await self._frame()
            if not frame:
                return None
            self._take(frame)
        return self._waiting.popleft()

    async def close(self) -> None:
        """Close the socket with a close frame."""
        await self._socket.close()

    def drop(self) -> None:
        """Drop the socket without a close frame."""
        abort(self._socket)

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "subscribe_success":
            self._unanswered.discard(frame["id"])
        elif frame["type"] == "data":
            channel = self._channels[frame["id"]]
            self._waiting.append(Published(channel, frame["event"], time.time() * 1000))

    async def _frame(self) -> dict[str, Any]:
        """Return the next frame of text; empty once the socket is closed."""
        while True:
            message = await self._socket.receive()
            if message.type is WSMsgType.TEXT:
                frame: dict[str, Any] = json.loads(message.data)
                return frame
            if self._socket.closed:
                return {}
