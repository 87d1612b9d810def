"""What a persona's app shows when its picture is at a time, by the rules of the SDK's scheduler."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.placement import Rung
from local.play.replay.persona import Message


class ScreenKind(StrEnum):
    """Why these components are on the screen."""

    MOMENT = "moment"
    CALM = "calm"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The version that is due, and the placements on the screen by slot."""

    kind: ScreenKind
    message: Message
    placements: Mapping[str, Mapping[str, Any]]


NO_VERSION = Shown(kind=ScreenKind.NOTHING, message={}, placements={})


@dataclass(slots=True)
class PersonaScreen:
    """Keeps the versions that a persona's app received."""

    _held: dict[int, Message] = field(default_factory=dict)

    def receive(self, message: Message) -> None:
        """Keep a version; the viewer's own message of a version replaces the audience's."""
        self._held[message["version"]] = message

    def reached(self, picture: datetime) -> list[Message]:
        """Return the versions that the picture has reached at a programme time, oldest first."""
        return [
            message for _, message in sorted(self._held.items()) if _time(message, "notBefore") <= picture
        ]

    def at(self, picture: datetime) -> Shown:
        """Return what is on the screen when the picture is at a programme time."""
        reached = self.reached(picture)
        if not reached:
            return NO_VERSION
        newest = reached[-1]
        if _time(newest, "validUntil") <= picture:
            kind, placements = ScreenKind.CALM, newest["afterwards"]
        else:
            kind, placements = ScreenKind.MOMENT, _kept(reached)
        frozen = set(self._held[max(self._held)].get("frozen", ()))
        shown = {each["slot"]: each for each in placements if each["componentId"] not in frozen}
        return Shown(kind=kind if shown else ScreenKind.NOTHING, message=newest, placements=shown)


def _kept(reached: list[Message]) -> list[Mapping[str, Any]]:
    """Return the placements of the newest version that placed any, without the slots cleared since then."""
    numbers = [number for number, each in enumerate(reached) if each["rung"] != Rung.KEEP.value]
    start = numbers[-1] if numbers else len(reached) - 1
    cleared = {slot for each in reached[start + 1 :] for slot in each.get("cleared", ())}
    return [each for each in reached[start]["placements"] if each["slot"] not in cleared]


def _time(message: Message, name: str) -> datetime:
    return datetime.fromisoformat(message["media"][name])
