"""What to replay, to whom, and who follows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.match import Match
from domain.moment import Moment
from domain.signal import Signal
from local.play.replay.viewer_spec import Taste, ViewerSpec
from local.play.replay.watcher import Message, Persona


class Audience(Protocol):
    """Whoever follows a replay while it runs."""

    def played(self, signal: Signal) -> None:
        """A signal was posted."""

    def found(self, moment: Moment) -> None:
        """A moment was published."""

    def shown(self, persona: Persona, message: Message) -> None:
        """A persona's app shows a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """What to replay, to whom and how fast; speed 0 waits for nothing but the screens."""

    match: Match
    signals: Sequence[Signal]
    specs: list[ViewerSpec]
    personas: Sequence[Persona]
    speed: float
    provider: str
    engine: str
    taste: Taste | None = None
