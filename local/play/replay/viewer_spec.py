"""What a simulated viewer is and does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.cohort import ViewerTraits


class Behaviour(StrEnum):
    """What a viewer's app does on its socket."""

    LIVE = "live"
    """Stays connected and reads."""
    UNSUBSCRIBED = "unsubscribed"
    """Connects and never subscribes."""
    VANISHING = "vanishing"
    """Drops its socket without a close frame."""
    SLOW = "slow"
    """Stops reading for a while."""
    RECONNECTING = "reconnecting"
    """Closes its socket, and reconnects with the last version that it received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerSpec:
    """A simulated viewer of one match; it starts to vanish, pause or reconnect `after_messages`."""

    traits: ViewerTraits
    match_id: str
    behaviour: Behaviour = Behaviour.LIVE
    after_messages: int = 1
    pause_seconds: float = 1.0

    @property
    def viewer_id(self) -> str:
        """The viewer's id, as in the token."""
        return self.traits.viewer_id


ClickModel = Callable[[ViewerTraits, Mapping[str, Any], Mapping[str, Any]], float]
"""The probability, 0 to 1, that a viewer clicks, of a `components` message, one of its placements."""
