"""A client's connection to a WebSocket API."""

import asyncio
import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from local.twin.services.apigateway.frames import text_message
from local.twin.services.apigateway.limits import Limits

_ID_BYTES = 11


def new_id() -> str:
    """Return an id in API Gateway's format: eleven bytes in base64, which end with `=`."""
    return base64.urlsafe_b64encode(os.urandom(_ID_BYTES)).decode()


def is_connection_id(text: str) -> bool:
    """True if a text has the format of a connection id."""
    return len(text) == 16 and text.endswith("=")


class Sent(Enum):
    """The result of sending a message to a client."""

    SENT = auto()
    GONE = auto()
    BUFFER_FULL = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The close code and reason of a connection, which `$disconnect` receives."""

    code: int
    reason: str


GOING_AWAY = Closing(code=1001, reason="Going away")
CLOSED_NORMALLY = Closing(code=1000, reason="Connection Closed Normally")


class OpenSocket(Protocol):
    """The socket beneath an established connection."""

    transport: asyncio.WriteTransport | None

    def close(self, closing: Closing) -> None:
        """Start to close from the server's side."""
        ...


class Connection:
    """An established WebSocket connection, as `@connections` sees it."""

    __slots__ = (
        "_limits",
        "_now",
        "_socket",
        "_transport",
        "authorizer",
        "connected_at",
        "id",
        "last_active_at",
        "source_ip",
        "user_agent",
    )

    def __init__(
        self,
        *,
        connection_id: str,
        connected_at: float,
        source_ip: str,
        user_agent: str,
        limits: Limits,
        now: Callable[[], float],
    ) -> None:
        self.id = connection_id
        self.connected_at = connected_at
        self.last_active_at = connected_at
        self.source_ip = source_ip
        self.user_agent = user_agent
        self.authorizer: dict[str, str] | None = None
        self._limits = limits
        self._now = now
        self._socket: OpenSocket | None = None
        self._transport: asyncio.WriteTransport | None = None

    def open(self, socket: OpenSocket) -> None:
        """Attach the socket after the handshake, so that messages can be sent."""
        self._socket = socket
        self._transport = socket.transport

    def close(self, closing: Closing) -> None:
        """Start to close; the connection is gone for its backend at once."""
        self._transport = None
        if self._socket is not None:
            self._socket.close(closing)

    @property
    def gone(self) -> bool:
        """True if nothing can be sent: the connection is not open yet, closing or closed."""
        return self._transport is None or self._transport.is_closing()

    def touch(self) -> None:
        """Restart the idle time after a message."""
        self.last_active_at = self._now()

    def send(self, payload: bytes) -> Sent:
        """Write a text message to the client's socket, unless it is gone or its buffer is full."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return Sent.GONE
        if transport.get_write_buffer_size() > self._limits.unsent_bytes:
            return Sent.BUFFER_FULL
        transport.write(text_message(payload, self._limits.frame_bytes))
        self.last_active_at = self._now()
        return Sent.SENT
