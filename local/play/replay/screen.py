"""What a viewer's app shows, and which messages it ignores."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Reception(StrEnum):
    """What a viewer's app did with a `components` message."""

    SHOWN = "shown"
    STALE = "stale"
    DUPLICATE = "duplicate"


class Screen:
    """The context version of each match that the app shows; it never decreases."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}

    def receive(self, match_id: str, version: int) -> Reception:
        """Show a message with a newer version; an equal version is a duplicate, an older one stale."""
        shown = self._versions.get(match_id)
        if shown is not None and version == shown:
            return Reception.DUPLICATE
        if shown is not None and version < shown:
            return Reception.STALE
        self._versions[match_id] = version
        return Reception.SHOWN

    def shows(self, match_id: str, version: int) -> bool:
        """True if this version of a match, or a newer one, is on the screen."""
        shown = self._versions.get(match_id)
        return shown is not None and shown >= version

    def version(self, match_id: str) -> int | None:
        """Return the version of a match that is shown; None before the first."""
        return self._versions.get(match_id)


def recommendation(placement: Mapping[str, Any]) -> dict[str, str]:
    """Return the recommendation fields of an interaction with a placement; empty if it has none."""
    found = placement.get("recommendationId")
    return {"recommendationId": found} if found else {}
