"""A component chosen for a slot of the screen, with the reason it was chosen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.component import Component


class Rung(StrEnum):
    """The step of the ladder that an answer came from, best first."""

    VIEWER = "viewer"
    COHORT = "cohort"
    POPULARITY = "popularity"
    EDITORIAL = "editorial"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A component in its slot; `rank` counts from 1, `constraints` are the rules that made room for it.

    `propensity` is the chance with which this component came into this slot, given the ranking and the other
    slots: 1 but where the slot tries something else now and then; `pool` is what it may try, the best first.
    """

    component: Component
    rank: int
    rung: Rung
    recommendation_id: str | None = None
    constraints: tuple[str, ...] = ()
    propensity: float = 1.0
    pool: tuple[str, ...] = ()

    def to_message(self) -> dict[str, Any]:
        """The placement as a `components` message carries it."""
        return {
            "slot": self.component.slot.value,
            "componentId": self.component.id,
            "type": self.component.type,
            "title": self.component.title,
            "rank": self.rank,
            "remote": self.component.remote.to_dict(),
            "properties": self.component.properties,
            "recommendationId": self.recommendation_id,
            "rung": self.rung.value,
            "constraints": list(self.constraints),
        }
