"""Which versions an app has received, and whether its channel has lost one."""

from collections.abc import Mapping
from typing import Any

from domain.placement import Rung

Message = Mapping[str, Any]


class AudienceHistory:
    """The versions of one match that an app has received.

    A document covers every version up to its own. After it, a version that does not follow the one before
    shows that the channel lost what is between them.
    """

    def __init__(self) -> None:
        self._rungs: dict[int, str] = {}
        self._newest = -1
        self._covered: int | None = None
        """The newest version up to which nothing is missing; None before the document is read."""

    @property
    def is_gapless(self) -> bool:
        """True if nothing is known to be missing."""
        return self._covered is not None and self._covered >= self._newest

    def add(self, message: Message) -> list[Message]:
        """Add a message with those that it says were missed, and return what is new, oldest first.

        A version that was made for the viewer by name is new although the audience's is known.
        """
        fresh = [each for each in (*message.get("missed", ()), message) if self._is_new(each)]
        for each in fresh:
            self._rungs[each["version"]] = each["rung"]
        self._newest = max(self._newest, message["version"])
        return fresh

    def follow(self, version: int) -> None:
        """A version has come on the audience's channel."""
        if self._covered == version - 1:
            self._covered = version

    def cover(self, version: int) -> None:
        """The audience's document has been read."""
        self._covered = version if self._covered is None else max(self._covered, version)

    def reopen(self) -> None:
        """The app has subscribed anew: what came before may be missing until the document is read."""
        self._covered = None

    def give_up(self) -> None:
        """Take the history for gapless: what is missing has been asked for often enough."""
        self._covered = self._newest

    def _is_new(self, message: Message) -> bool:
        known = self._rungs.get(message["version"])
        return known is None or (message["rung"] == Rung.VIEWER.value and known != Rung.VIEWER.value)
