"""A persona in front of the screen: one socket whose messages the replay itself reads."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from domain.cohort import ViewerTraits
from domain.interaction import MAX_INTERACTIONS, InteractionType
from domain.validation import format_instant
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.screen import Reception, Screen, recommendation
from local.play.replay.viewer import SUBPROTOCOL

Message = dict[str, Any]
Shown = Callable[["Persona", Message], None]
TAPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A viewer with a name and a face, for people to follow.

    `likes` is a type of component: this viewer taps one three times whenever it is on the screen, as one does
    who votes, looks how the others voted, and votes again. Who likes nothing only watches.
    """

    name: str
    traits: ViewerTraits
    likes: str | None = None

    def taps(self, message: Message) -> list[str]:
        """The components of a screen that this viewer taps, one entry for each tap."""
        liked = [each["componentId"] for each in message["placements"] if each["type"] == self.likes]
        return liked * TAPS


class Watcher:
    """Subscribes as a persona and tells what comes; versions older than the one shown are ignored."""

    def __init__(
        self,
        *,
        http: aiohttp.ClientSession,
        url: str,
        token: str,
        persona: Persona,
        log: DeliveryLog,
        number: int,
        shown: Shown | None = None,
    ) -> None:
        self._http = http
        self._url = url
        self._token = token
        self._persona = persona
        self._log = log
        self._number = number
        self._shown = shown
        self._screen = Screen()
        self._news = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self.messages: dict[int, Message] = {}

    async def watch(self, match_id: str) -> None:
        """Connect, subscribe and read until `leave`; returns when the snapshot is there."""
        self._socket = await self._http.ws_connect(self._url, protocols=(SUBPROTOCOL, self._token))
        await self._socket.send_str(json.dumps({"action": "subscribe", "matchId": match_id}))
        self._reading = asyncio.create_task(self._read())
        await self.newer(-1, timeout_seconds=30)

    @property
    def version(self) -> int:
        """The newest version seen; -1 before the first."""
        return max(self.messages, default=-1)

    async def newer(self, version: int, *, timeout_seconds: float) -> bool:
        """Wait for a version after this one; False if none came in time."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while self.version <= version:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    async def leave(self) -> None:
        """Close the socket."""
        await self._socket.close()
        if self._reading is not None:
            await self._reading

    async def tell(self, message: Message, taps: Sequence[str]) -> None:
        """Tell that a screen was seen, and each tap on one of its components."""
        placements = {each["componentId"]: each for each in message["placements"]}
        told = [(InteractionType.IMPRESSION, known) for known in placements]
        told += [(InteractionType.CLICK, component_id) for component_id in taps]
        now = datetime.now(tz=UTC)
        acts = [
            {
                "type": kind.value,
                "componentId": component_id,
                "slot": placements[component_id]["slot"],
                "version": message["version"],
                "occurredAt": format_instant(now + timedelta(milliseconds=at)),
                "impression": list(placements),
                **recommendation(placements[component_id]),
            }
            for at, (kind, component_id) in enumerate(told)
        ]
        for start in range(0, len(acts), MAX_INTERACTIONS):
            portion = acts[start : start + MAX_INTERACTIONS]
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
            self._news.set()
            if reception is not Reception.SHOWN:
                continue
            if self._shown is not None:
                self._shown(self._persona, message)
            if self._persona.likes and message["placements"]:
                await self.tell(message, self._persona.taps(message))
