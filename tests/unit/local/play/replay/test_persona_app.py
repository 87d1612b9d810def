"""What a persona's app tells of: every version that comes, in whatever order, once."""

from collections.abc import Sequence
from typing import Any

import aiohttp

from local.play.replay.deliveries import DeliveryLog
from local.play.replay.persona import Message, Persona
from local.play.replay.persona_app import PersonaApp
from local.play.replay.transport import Interaction, Joining, Received
from tests.support import builders


class Scripted:
    """Delivers these versions, then ends."""

    unanswered = 0

    def __init__(self, versions: Sequence[int]) -> None:
        self._versions = list(versions)

    def transport(self, joining: Joining) -> "Scripted":
        return self

    async def connect(self, *, follows: bool = True) -> None:
        pass

    async def receive(self) -> Received | None:
        if not self._versions:
            return None
        version = self._versions.pop(0)
        message: Message = {"matchId": "m", "version": version, "placements": [], "snapshot": version == 0}
        return Received(message, 0.0)

    async def report(self, interactions: Sequence[Interaction]) -> None:
        pass

    async def close(self) -> None:
        pass

    def drop(self) -> None:
        pass


async def test_a_version_that_a_newer_one_overtook_is_told_too() -> None:
    told: list[Any] = []
    async with aiohttp.ClientSession() as http:
        app = PersonaApp(
            http=http,
            delivery=Scripted([0, 2, 1, 2, 1, 3]),
            token="",
            persona=Persona(name="Giulia", traits=builders.a_viewer()),
            log=DeliveryLog(),
            number=0,
            on_shown=lambda _, message: told.append(message["version"]),
        )
        await app.subscribe("m")
        await app.close()
    assert told == [0, 2, 1, 3]
