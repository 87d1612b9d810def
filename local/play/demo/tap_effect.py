"""The effect of taps within a match: how a viewer's taps change what that viewer is shown next.

A control viewer with the same traits watches beside the viewer who taps, and taps nothing. For the same
context version, the two screens can differ only because of the taps.
"""

from dataclasses import dataclass, field, replace

from local.play.replay.persona import Message, Persona


def control_of(persona: Persona) -> Persona:
    """Return a persona with the same traits who reports the same impressions and taps nothing."""
    traits = replace(persona.traits, viewer_id=f"{persona.traits.viewer_id}-control")
    return replace(persona, name=f"{persona.name} (control)", traits=traits, likes=None)


@dataclass(slots=True, kw_only=True)
class TapEffect:
    """Compares, version by version, the first component of the tapping viewer with the control's."""

    tapper: Persona
    control: Persona
    summary: str = ""
    """The latest difference that the taps made, in one line; empty before the first."""
    _taps: int = 0
    _taps_before: dict[int, int] = field(default_factory=dict)
    _first: dict[tuple[str, int], Message] = field(default_factory=dict)

    @property
    def explanation(self) -> str:
        """What is compared, in one line."""
        return (
            f"{self.tapper.name} taps every {self.tapper.likes or 'component'} once; {self.control.name} "
            "has the same traits and past, and taps nothing."
        ).replace("_", " ")

    def message_shown(self, persona: Persona, message: Message) -> None:
        """Record a screen of the tapping viewer or the control; others are ignored."""
        if not message["placements"] or persona.name not in (self.tapper.name, self.control.name):
            return
        version = message["version"]
        self._first[persona.name, version] = message["placements"][0]
        if persona.name == self.tapper.name:
            self._taps_before[version] = self._taps
            self._taps += len(self.tapper.taps(message))
        own = self._first.get((self.tapper.name, version))
        other = self._first.get((self.control.name, version))
        taps = self._taps_before.get(version)
        if (
            own is None
            or other is None
            or not taps
            or own["type"] != self.tapper.likes
            or other["type"] == own["type"]
        ):
            return
        count = "1 tap" if taps == 1 else f"{taps} taps"
        self.summary = (
            f"After {count} on {_plural(own['type'])}, {self.tapper.name} now sees {_title(own)} first; "
            f"a viewer with the same traits and no taps sees {_title(other)}."
        )


def _plural(component_type: str) -> str:
    return component_type.replace("_", " ") + "s"


def _title(placement: Message) -> str:
    return f"\u201c{placement.get('title') or placement['componentId']}\u201d"
