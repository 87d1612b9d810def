"""A viewer with a name, for people to follow on a terminal or a web page."""

from dataclasses import dataclass
from typing import Any

from domain.cohort import ViewerTraits

Message = dict[str, Any]
"""A `components` message, as docs/websocket.asyncapi.yaml defines it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A named viewer who taps components of one type.

    `likes` is a component type: the persona taps such a component once whenever it is shown.
    `reports_impressions` is true if the persona's app reports what it shows, as the web app does.
    """

    name: str
    traits: ViewerTraits
    likes: str | None = None
    reports_impressions: bool = False

    def taps(self, message: Message) -> list[str]:
        """Return the ids of the components in a message that this persona taps."""
        return [each["componentId"] for each in message["placements"] if each["type"] == self.likes]
