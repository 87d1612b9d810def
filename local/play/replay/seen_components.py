"""The components that a viewer has seen: those that were on the screen for long enough."""

from collections.abc import Iterable, Mapping
from typing import Any

from local.play.replay.persona_screen import Shown

VIEWED_SECONDS = 1.0
"""How long a component is on the screen before the web app reports an impression of it."""


class SeenComponents:
    """Finds what counts as seen, each component once for each version."""

    def __init__(self) -> None:
        self._since: dict[tuple[int, str], float] = {}
        self._seen: set[tuple[int, str]] = set()

    def add(self, version: int, component_ids: Iterable[str]) -> None:
        """Count components of a version as seen."""
        self._seen.update((version, component_id) for component_id in component_ids)

    def look(self, shown: Shown, now: float) -> list[Mapping[str, Any]]:
        """Look at the screen at a time in seconds; return the placements that count as seen from now on."""
        on_screen = {
            (shown.message["version"], placement["componentId"]): placement
            for placement in shown.placements.values()
        }
        self._since = {each: self._since.get(each, now) for each in on_screen}
        due = [
            each
            for each, since in self._since.items()
            if now - since >= VIEWED_SECONDS and each not in self._seen
        ]
        self._seen.update(due)
        return [on_screen[each] for each in due]
