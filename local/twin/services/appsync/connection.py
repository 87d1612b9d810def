"""A client's WebSocket connection to an Event API, and its subscriptions."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.twin.services.apigateway.frames import text_message
from local.twin.services.appsync.errors import DuplicatedOperationError, MaxSubscriptionsReachedError
from local.twin.services.appsync.limits import ChannelLimits

_ONE_FRAME = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class Subscription:
    """A subscription of a connection; `head` begins each message to it."""

    id: str
    pattern: str
    connection: "EventConnection"
    head: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "head", b'{"type":"data","id":' + json.dumps(self.id).encode() + b',"event":'
        )


def data_tail(event: str) -> bytes:
    """Return the end of the messages by which an event is delivered: the same for all subscriptions."""
    return json.dumps(event).encode() + b"}"


class EventConnection:
    """An open connection: what is sent to the client, and which operations it has."""

    def __init__(self, transport: asyncio.WriteTransport | None, limits: ChannelLimits) -> None:
        self._transport = transport
        self._limits = limits
        self._operations: dict[str, Subscription | None] = {}
        """By id; None while a subscription is being authorized."""
        self._timers: list[asyncio.TimerHandle] = []

    def reserve(self, operation_id: str) -> None:
        """Take an id for a subscription; raises DuplicatedOperationError or MaxSubscriptionsReachedError."""
        if operation_id in self._operations:
            raise DuplicatedOperationError(operation_id)
        if len(self._operations) >= self._limits.subscriptions:
            raise MaxSubscriptionsReachedError(self._limits.subscriptions)
        self._operations[operation_id] = None

    def release(self, operation_id: str) -> None:
        """Give the id of a refused subscription back."""
        self._operations.pop(operation_id, None)

    def put(self, subscription: Subscription) -> None:
        """Keep a subscription that was authorized."""
        self._operations[subscription.id] = subscription

    def take(self, operation_id: str) -> Subscription | None:
        """Remove a subscription and return it; None if there is none of this id."""
        found = self._operations.get(operation_id)
        if found is not None:
            del self._operations[operation_id]
        return found

    def take_all(self) -> list[Subscription]:
        """Remove every subscription, at the end of the connection."""
        found = [each for each in self._operations.values() if each is not None]
        self._operations.clear()
        return found

    def send(self, message: dict[str, Any]) -> None:
        """Send a message of the protocol."""
        self.send_text(json.dumps(message, separators=(",", ":")).encode())

    def send_text(self, payload: bytes) -> bool:
        """Write a text message; False if the client is gone, or does not read what it has been sent."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        if transport.get_write_buffer_size() > self._limits.unsent_bytes:
            return False
        transport.write(text_message(payload, _ONE_FRAME))
        return True

    def start_timers(self, close: Callable[[], None]) -> None:
        """Send `ka` regularly, and call `close` at the end of the connection's life."""
        loop = asyncio.get_running_loop()

        def keep_alive() -> None:
            self.send({"type": "ka"})
            self._timers[0] = loop.call_later(self._limits.keep_alive_seconds, keep_alive)

        self._timers = [
            loop.call_later(self._limits.keep_alive_seconds, keep_alive),
            loop.call_later(self._limits.life_seconds, close),
        ]

    def stop_timers(self) -> None:
        """Stop the timers."""
        for timer in self._timers:
            timer.cancel()
