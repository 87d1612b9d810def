"""Who watches, and how they behave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.cohort import ViewerTraits


class Behaviour(StrEnum):
    """What a viewer's app does on its socket."""

    LIVE = "live"
    UNSUBSCRIBED = "unsubscribed"
    VANISHING = "vanishing"
    SLOW = "slow"
    RECONNECTING = "reconnecting"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerSpec:
    """A simulated viewer of one match.

    LIVE stays and reads. UNSUBSCRIBED connects and never subscribes. VANISHING drops its socket without a
    word after `patience` messages. SLOW stops reading for `pause_seconds` after as many. RECONNECTING closes
    its socket after as many, and returns with the last version that it saw.
    """

    traits: ViewerTraits
    match_id: str
    behaviour: Behaviour = Behaviour.LIVE
    patience: int = 1
    pause_seconds: float = 1.0

    @property
    def viewer_id(self) -> str:
        """The viewer, as the token names them."""
        return self.traits.viewer_id


Taste = Callable[[ViewerTraits, Mapping[str, Any]], float]
"""How likely a viewer is to click a placement of a `components` message: 0..1."""
