"""What a viewer's app shows, and which messages it ignores."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Reception(StrEnum):
    """What a viewer's app did with a `components` message."""

    SHOWN = "shown"
    STALE = "stale"
    DUPLICATE = "duplicate"
    OUTRANKED = "outranked"
    """The viewer's own message of this version is shown, and this is the audience's."""


class Screen:
    """The context version of each match that the app shows; it never decreases."""

    def __init__(self) -> None:
        self._shown: dict[str, tuple[int, bool]] = {}
        """Version, and whether it was made for the viewer by name."""

    def receive(self, match_id: str, version: int, *, is_own: bool = False) -> Reception:
        """Show a message with a newer version, or the viewer's own instead of the audience's.

        An equal version is a duplicate otherwise, and an older one stale.
        """
        shown, own_is_shown = self._shown.get(match_id, (-1, False))
        if version < shown:
            return Reception.STALE
        if version == shown and is_own == own_is_shown:
            return Reception.DUPLICATE
        if version == shown and own_is_shown:
            return Reception.OUTRANKED
        self._shown[match_id] = version, is_own
        return Reception.SHOWN

    def shows(self, match_id: str, version: int) -> bool:
        """True if this version of a match, or a newer one, is on the screen."""
        return self._shown.get(match_id, (-1, False))[0] >= version


def returned_fields(placement: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of a placement that go back with each interaction, without those that it lacks."""
    return {name: placement[name] for name in ("recommendationId", "signature") if placement.get(name)}
