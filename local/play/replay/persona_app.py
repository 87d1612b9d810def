"""The app of a persona: one socket whose messages the replay itself reads."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import aiohttp

from domain.interaction import MAX_INTERACTIONS, InteractionType
from domain.validation import format_instant
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.persona import Message, Persona
from local.play.replay.screen import Reception, Screen, recommendation
from local.play.replay.viewer import SUBPROTOCOL

OnShown = Callable[[Persona, Message], None]
SNAPSHOT_SECONDS = 30


class PersonaApp:
    """Subscribes as a persona, keeps every message, and reports impressions and taps."""

    def __init__(
        self,
        *,
        http: aiohttp.ClientSession,
        url: str,
        token: str,
        persona: Persona,
        log: DeliveryLog,
        number: int,
        on_shown: OnShown | None = None,
    ) -> None:
        self._http = http
        self._url = url
        self._token = token
        self._persona = persona
        self._log = log
        self._number = number
        self._on_shown = on_shown
        self._screen = Screen()
        self._received = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self.messages: dict[int, Message] = {}

    async def subscribe(self, match_id: str) -> None:
        """Connect and subscribe to a match, wait for the snapshot, and read until `close`."""
        self._socket = await self._http.ws_connect(self._url, protocols=(SUBPROTOCOL, self._token))
        await self._socket.send_str(json.dumps({"action": "subscribe", "matchId": match_id}))
        self._reading = asyncio.create_task(self._read())
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
        """Close the socket."""
        await self._socket.close()
        if self._reading is not None:
            await self._reading

    async def report_interactions(self, message: Message, taps: Sequence[str]) -> None:
        """Send an impression of each component of a message, and a click for each tapped component id."""
        placements = {each["componentId"]: each for each in message["placements"]}
        actions = [(InteractionType.IMPRESSION, component_id) for component_id in placements]
        actions += [(InteractionType.CLICK, component_id) for component_id in taps]
        now = datetime.now(tz=UTC)
        interactions = [
            {
                "type": kind.value,
                "componentId": component_id,
                "slot": placements[component_id]["slot"],
                "version": message["version"],
                "occurredAt": format_instant(now + timedelta(milliseconds=offset)),
                "impression": list(placements),
                **recommendation(placements[component_id]),
            }
            for offset, (kind, component_id) in enumerate(actions)
        ]
        for start in range(0, len(interactions), MAX_INTERACTIONS):
            portion = interactions[start : start + MAX_INTERACTIONS]
            body = {"action": "interact", "matchId": message["matchId"], "interactions": portion}
            await self._socket.send_str(json.dumps(body))

    async def _read(self) -> None:
        async for frame in self._socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                continue
            message = json.loads(frame.data)
            if message.get("type") != "components":
                continue
            reception = self._screen.receive(message["matchId"], message["version"])
            self._log.add(self._number, message, reception, time.time() * 1000)
            self.messages.setdefault(message["version"], message)
            self._received.set()
            if reception is not Reception.SHOWN:
                continue
            if self._on_shown is not None:
                self._on_shown(self._persona, message)
            if self._persona.reports_impressions and message["placements"]:
                await self.report_interactions(message, self._persona.taps(message))
