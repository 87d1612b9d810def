"""What a viewer's app shows, and which messages it lets go."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Reception(StrEnum):
    """What became of a `components` message at the viewer's app."""

    SHOWN = "shown"
    STALE = "stale"
    DUPLICATE = "duplicate"


class Screen:
    """The version of each match's context that the app shows; it only grows."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}

    def receive(self, match_id: str, version: int) -> Reception:
        """Take a message's version: a newer one is shown, the same is a duplicate, an older one is stale."""
        shown = self._versions.get(match_id)
        if shown is not None and version == shown:
            return Reception.DUPLICATE
        if shown is not None and version < shown:
            return Reception.STALE
        self._versions[match_id] = version
        return Reception.SHOWN

    def shows(self, match_id: str, version: int) -> bool:
        """Whether this version of a match, or a newer one, is on the screen."""
        shown = self._versions.get(match_id)
        return shown is not None and shown >= version

    def version(self, match_id: str) -> int | None:
        """The version that is shown of a match; None before the first."""
        return self._versions.get(match_id)


def recommendation(placement: Mapping[str, Any]) -> dict[str, str]:
    """What an act upon a placement says of the recommendation behind it; nothing if there was none."""
    found = placement.get("recommendationId")
    return {"recommendationId": found} if found else {}
