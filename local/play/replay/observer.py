"""The port through which the demo follows a replay."""

from typing import Protocol

from domain.moment import Moment
from domain.signal import Signal
from local.play.replay.persona import Message, Persona


class ReplayObserver(Protocol):
    """Follows a replay while it runs."""

    def signal_posted(self, signal: Signal) -> None:
        """A signal was posted to the ingest endpoint."""

    def moment_published(self, moment: Moment) -> None:
        """A moment was published on the topic."""

    def message_shown(self, persona: Persona, message: Message) -> None:
        """A persona's app got a version, which it shows when its picture is there."""
