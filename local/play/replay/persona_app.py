"""The app of a persona: one connection whose messages the replay itself reads."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random

import aiohttp

from local.play.replay.deliveries import DeliveryLog
from local.play.replay.interactions import interactions_with
from local.play.replay.persona import Message, Persona
from local.play.replay.persona_screen import Shown
from local.play.replay.screen import Reception, Screen
from local.play.replay.seen_components import SeenComponents
from local.play.replay.transport import Delivery, Joining, Received, Transport

OnShown = Callable[[Persona, Message], None]
SNAPSHOT_SECONDS = 30
ANSWER_SECONDS = 10
"""How long an app that is closed waits for the answers to its last messages."""
LOOK_SECONDS = 0.1
_POLL_SECONDS = 0.02


class PersonaApp:
    """Subscribes as a persona, keeps every message, and reports impressions and taps.

    With `shown`, which returns what is on the persona's screen now, it reports an impression of what is there
    for a second, as the web app does. Without a picture every placement counts as seen when it arrives.
    """

    def __init__(
        self,
        *,
        http: aiohttp.ClientSession,
        delivery: Delivery,
        token: str,
        persona: Persona,
        log: DeliveryLog,
        number: int,
        on_shown: OnShown | None = None,
        shown: Callable[[Persona], Shown] | None = None,
    ) -> None:
        self._http = http
        self._delivery = delivery
        self._token = token
        self._persona = persona
        self._log = log
        self._number = number
        self._on_shown = on_shown
        self._shown = shown
        self._screen = Screen()
        self._received = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._seen = SeenComponents()
        self.messages: dict[int, Message] = {}

    async def subscribe(self, match_id: str) -> None:
        """Connect, follow a match, wait for the snapshot, and read until `close`."""
        joining = Joining(
            match_id=match_id, token=self._token, http=self._http, rng=Random(), count_error=self._count_error
        )
        self._transport: Transport = self._delivery.transport(joining)
        await self._transport.connect()
        self._reading = asyncio.create_task(self._read())
        if self._shown is not None and self._persona.reports_impressions:
            self._watching = asyncio.create_task(self._watch(self._shown))
        await self.wait_for_version_after(-1, timeout_seconds=SNAPSHOT_SECONDS)

    @property
    def version(self) -> int:
        """The newest version received; -1 before the first."""
        return max(self.messages, default=-1)

    async def wait_for_version_after(self, version: int, *, timeout_seconds: float) -> bool:
        """Wait for a newer version than this one; False if none came in time."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while self.version <= version:
                    self._received.clear()
                    await self._received.wait()
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Close the connection once what was reported is answered; what comes after it is refused."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                while self._transport.unanswered and not self._has_read_all:
                    await asyncio.sleep(_POLL_SECONDS)
        await self._transport.close()
        if self._reading is not None:
            await self._reading

    @property
    def _has_read_all(self) -> bool:
        return self._reading is None or self._reading.done()

    async def report_interactions(self, message: Message, taps: Sequence[str]) -> None:
        """Send an impression of each component of a message, and a click for each tapped component id."""
        await self._transport.report(interactions_with(message, taps, datetime.now(tz=UTC)))

    async def _read(self) -> None:
        while (received := await self._transport.receive()) is not None:
            await self._receive(received)

    async def _receive(self, received: Received) -> None:
        message = received.message
        reception = self._screen.receive(message["matchId"], message["version"], is_own=received.is_own)
        self._log.add(self._number, message, reception, received.at_ms)
        is_shown = reception is Reception.SHOWN
        if is_shown or message["version"] not in self.messages:
            self.messages[message["version"]] = message
            # Also a version that a newer one overtook: the picture comes to it.
            if self._on_shown is not None:
                self._on_shown(self._persona, message)
        self._received.set()
        if not is_shown:
            return
        if self._persona.reports_impressions and message["placements"]:
            await self._report_at_once(message)

    def _count_error(self, name: str) -> None:
        self._log.errors[name] += 1

    async def _report_at_once(self, message: Message) -> None:
        """Report the taps on a message, and impressions too if there is no picture to wait for."""
        taps = self._persona.taps(message)
        if self._watching is None:
            await self.report_interactions(message, taps)
        elif taps:
            tapped = [each for each in message["placements"] if each["componentId"] in taps]
            self._seen.add(message["version"], taps)
            await self.report_interactions({**message, "placements": tapped}, taps)

    async def _watch(self, shown: Callable[[Persona], Shown]) -> None:
        while not self._has_read_all:
            await asyncio.sleep(LOOK_SECONDS)
            screen = shown(self._persona)
            seen = self._seen.look(screen, time.monotonic())
            if seen:
                await self.report_interactions({**screen.message, "placements": seen}, ())
