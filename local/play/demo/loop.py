"""The loop that closes within a match: what somebody taps changes what they are shown next.

Beside the one who taps watches a double: the same traits, and no tap. What the two see of one version of the
context differs by nothing but the taps.
"""

from dataclasses import dataclass, field, replace

from local.play.replay.watcher import Message, Persona


def double_of(persona: Persona) -> Persona:
    """Somebody with the same traits who only watches."""
    traits = replace(persona.traits, viewer_id=f"{persona.traits.viewer_id}-double")
    return Persona(name=f"{persona.name}'s double", traits=traits)


@dataclass(slots=True, kw_only=True)
class ClosedLoop:
    """Compares, version by version, the first component of the one who taps with the double's."""

    tapper: Persona
    double: Persona
    told: str = ""
    """The latest difference that the taps made, in one line; empty before the first."""
    _taps: int = 0
    _taps_before: dict[int, int] = field(default_factory=dict)
    _first: dict[tuple[str, int], Message] = field(default_factory=dict)

    def shown(self, persona: Persona, message: Message) -> None:
        """Take in a screen."""
        if not message["placements"] or persona.name not in (self.tapper.name, self.double.name):
            return
        version = message["version"]
        self._first[persona.name, version] = message["placements"][0]
        if persona.name == self.tapper.name:
            self._taps_before[version] = self._taps
            self._taps += len(self.tapper.taps(message))
        own = self._first.get((self.tapper.name, version))
        other = self._first.get((self.double.name, version))
        taps = self._taps_before.get(version)
        if not (own and other and taps) or own["type"] != self.tapper.likes or other["type"] == own["type"]:
            return
        self.told = (
            f"After {taps} taps on {_plural(own['type'])}, {self.tapper.name} now sees {_title(own)} first; "
            f"{self.double.name}, with the same traits and no tap, sees {_title(other)}."
        )


def _plural(component_type: str) -> str:
    return component_type.replace("_", " ") + "s"


def _title(placement: Message) -> str:
    return f"\u201c{placement.get('title') or placement['componentId']}\u201d"
