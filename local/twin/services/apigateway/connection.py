"""A client's connection, and the register of those that are open."""

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
    """An identifier in the shape of API Gateway's: eleven bytes in base64, which end with `=`."""
    return base64.urlsafe_b64encode(os.urandom(_ID_BYTES)).decode()


def is_connection_id(text: str) -> bool:
    """Whether a text could be a connection id at all."""
    return len(text) == 16 and text.endswith("=")


class Sent(Enum):
    """What became of a message for a client."""

    SENT = auto()
    GONE = auto()
    BUFFER_FULL = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Why a connection ends: the close code and reason that `$disconnect` is told."""

    code: int
    reason: str


GOING_AWAY = Closing(code=1001, reason="Going away")
CLOSED_NORMALLY = Closing(code=1000, reason="Connection Closed Normally")


class OpenSocket(Protocol):
    """The socket beneath an established connection."""

    transport: asyncio.WriteTransport | None

    def close(self, closing: Closing) -> None:
        """Begin to close from this side."""
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
        """The handshake is done: messages may be sent from now on."""
        self._socket = socket
        self._transport = socket.transport

    def close(self, closing: Closing) -> None:
        """Begin to end the connection; from now on it is gone to its backend."""
        self._transport = None
        if self._socket is not None:
            self._socket.close(closing)

    @property
    def gone(self) -> bool:
        """Whether nothing can be sent: not yet established, ended, or about to end."""
        return self._transport is None or self._transport.is_closing()

    def touch(self) -> None:
        """A message went by: the idle time starts anew."""
        self.last_active_at = self._now()

    def send(self, payload: bytes) -> Sent:
        """Hand a text message to the client's socket, unless it is gone or does not read."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return Sent.GONE
        if transport.get_write_buffer_size() > self._limits.unsent_bytes:
            return Sent.BUFFER_FULL
        transport.write(text_message(payload, self._limits.frame_bytes))
        self.last_active_at = self._now()
        return Sent.SENT
