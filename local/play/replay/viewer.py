"""One simulated viewer's app."""

import asyncio
from datetime import UTC, datetime
from random import Random

import aiohttp

from local.play.replay.deliveries import DeliveryLog
from local.play.replay.errors import NotConnectedError
from local.play.replay.interactions import interactions_with
from local.play.replay.persona import Message
from local.play.replay.screen import Reception, Screen
from local.play.replay.transport import Received, Transport
from local.play.replay.viewer_spec import Behaviour, ClickModel, ViewerSpec

_RETRY_SECONDS = 1.0


class Viewer:
    """Connects, follows the match, shows, interacts and reconnects, as its spec says."""

    def __init__(
        self,
        *,
        number: int,
        spec: ViewerSpec,
        transport: Transport,
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
        self._transport = transport
        self._connecting = connecting
        self._log = log
        self._click_model = click_model
        self._rng = rng
        self._leaving = False
        self._has_behaved = False
        self._shown = 0

    @property
    def unanswered(self) -> int:
        """How many reports of interactions the server has not answered yet."""
        return self._transport.unanswered

    async def run(self, delay_seconds: float) -> None:
        """Connect after a delay, and stay until `leave` is called or the behaviour ends it."""
        await asyncio.sleep(delay_seconds)
        while not self._leaving:
            try:
                await self._connect_and_read()
            except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
                if not self._leaving:
                    self._log.errors[_error_name(error)] += 1
            if not self._leaving:
                self._log.reconnections += 1
                await asyncio.sleep(self._rng.uniform(0, _RETRY_SECONDS))

    async def leave(self) -> None:
        """Close the connection and do not reconnect."""
        self._leaving = True
        await self._transport.close()

    async def _connect_and_read(self) -> None:
        async with self._connecting:
            await self._transport.connect(follows=self.spec.behaviour is not Behaviour.UNSUBSCRIBED)
        self.connected.set()
        while (received := await self._transport.receive()) is not None:
            await self._receive(received)

    async def _receive(self, received: Received) -> None:
        message = received.message
        reception = self.screen.receive(message["matchId"], message["version"], is_own=received.is_own)
        self._log.add(self._number, message, reception, received.at_ms)
        if reception is Reception.SHOWN:
            self._shown += 1
            await self._interact(message)
            await self._behave()

    async def _behave(self) -> None:
        if self._has_behaved or self._shown < self.spec.after_messages:
            return
        self._has_behaved = True
        if self.spec.behaviour is Behaviour.VANISHING:
            self._leaving = True
            self._transport.drop()
        elif self.spec.behaviour is Behaviour.SLOW:
            await asyncio.sleep(self.spec.pause_seconds)
        elif self.spec.behaviour is Behaviour.RECONNECTING:
            await self._transport.close()

    async def _interact(self, message: Message) -> None:
        if self._click_model is None or not message["placements"]:
            return
        taps = [
            placement["componentId"]
            for placement in message["placements"]
            if self._rng.random() < self._click_model(self.spec.traits, message, placement)
        ]
        interactions = interactions_with(message, taps, datetime.now(tz=UTC))
        self._log.interactions.update(interaction["type"] for interaction in interactions)
        await self._transport.report(interactions)


def _error_name(error: Exception) -> str:
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f"HANDSHAKE_{error.status}"
    return error.code if isinstance(error, NotConnectedError) else type(error).__name__
