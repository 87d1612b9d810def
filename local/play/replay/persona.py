"""A viewer with a name, for people to follow on a terminal or a web page."""

from dataclasses import dataclass
from typing import Any

from domain.cohort import ViewerTraits

Message = dict[str, Any]
"""A `components` message, as docs/websocket.asyncapi.yaml defines it."""
TAPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A named viewer who taps components of one type.

    `likes` is a component type: the persona taps such a component three times whenever it is shown. A persona
    that likes nothing only watches.
    """

    name: str
    traits: ViewerTraits
    likes: str | None = None

    def taps(self, message: Message) -> list[str]:
        """Return the ids of the components in a message that this persona taps, one entry per tap."""
        liked = [each["componentId"] for each in message["placements"] if each["type"] == self.likes]
        return liked * TAPS
