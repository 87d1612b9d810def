"""The server side of a client's WebSocket, with API Gateway's limits on frames and messages."""

import asyncio
import logging

from aiohttp import WSMsgType, web

from local.twin.services.apigateway.connection import CLOSED_NORMALLY, Closing
from local.twin.services.apigateway.frames import FrameGuard, close_message
from local.twin.services.apigateway.limits import Limits

TOO_BIG = Closing(code=1009, reason="Message too big")
_UNSUPPORTED = Closing(code=1003, reason="Binary frames are not supported")
_NO_STATUS = Closing(code=1005, reason="Client-side close frame status not set")
_LOST = Closing(code=1006, reason="Connection closed abnormally")
_LINGER_SECONDS = 1.0


class _WithoutOfferedProtocols(logging.Filter):
    """Drops aiohttp's warning about unknown sub-protocols, because it prints the tokens in them."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "server-known" not in str(record.msg)


_FILTER = _WithoutOfferedProtocols()


def keep_tokens_out_of_the_log() -> None:
    """Keep the tokens that clients offer as sub-protocols out of aiohttp's log."""
    logging.getLogger("aiohttp.websocket").addFilter(_FILTER)


class ClientSocket:
    """A client's WebSocket, with one reason for its end."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._response = web.WebSocketResponse(compress=False, max_msg_size=0, timeout=_LINGER_SECONDS)
        self._closing: Closing | None = None
        self._close_task: asyncio.Task[bool] | None = None
        self.transport: asyncio.WriteTransport | None = None

    def can_upgrade(self, request: web.BaseRequest) -> bool:
        """True if the request is a WebSocket handshake."""
        return request.method == "GET" and bool(self._response.can_prepare(request))

    async def upgrade(self, request: web.BaseRequest, subprotocol: str | None) -> web.StreamResponse:
        """Answer the handshake with 101, and check the frames that the client sends."""
        if subprotocol is not None:
            self._response.headers["Sec-WebSocket-Protocol"] = subprotocol
        await self._response.prepare(request)
        protocol = request.protocol
        if protocol._payload_parser is not None:
            protocol._payload_parser = FrameGuard(
                protocol._payload_parser,
                frame_bytes=self._limits.frame_bytes,
                message_bytes=self._limits.message_bytes,
                on_exceeded=self._exceeded,
            )
        self.transport = request.transport
        return self._response

    async def next_text(self) -> str | None:
        """Return the client's next message, or None when the connection has ended."""
        message = await self._response.receive()
        if message.type is WSMsgType.TEXT:
            return str(message.data)
        if message.type is WSMsgType.BINARY:
            self.close(_UNSUPPORTED)
            await self.closed()
        elif message.type is WSMsgType.CLOSE:
            self._closing = self._closing or _client_closing(message.data, message.extra)
        return None

    def close(self, closing: Closing) -> None:
        """Start to close from the server's side; only the first call has an effect."""
        if self._closing is None:
            self._closing = closing
            self._close_task = asyncio.ensure_future(self._response.close(code=closing.code))

    async def closed(self) -> Closing:
        """Wait until the connection is closed, and return the reason."""
        if self._close_task is not None:
            await self._close_task
        return self._closing or _LOST

    def _exceeded(self) -> None:
        self._closing = self._closing or TOO_BIG
        if self.transport is not None:
            self.transport.write(close_message(TOO_BIG.code))
            asyncio.get_running_loop().call_later(_LINGER_SECONDS, self.transport.close)


def _client_closing(code: int, reason: str | None) -> Closing:
    if not code:
        return _NO_STATUS
    return Closing(
        code=code, reason=reason or (CLOSED_NORMALLY.reason if code == CLOSED_NORMALLY.code else "")
    )
