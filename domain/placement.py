"""A component chosen for a slot of the screen, and why it was chosen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.component import Component


class Rung(StrEnum):
    """Steps of the ladder from which a recommendation can come, best first."""

    VIEWER = "viewer"
    COHORT = "cohort"
    POPULARITY = "popularity"
    EDITORIAL = "editorial"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A component in its slot; `rank` counts from 1, `constraints` refused higher-ranked components.

    `propensity` is the probability that this component is placed in this slot, given the ranking and the
    other slots; it is 1 unless the slot takes part in trials. `pool` are the components of the trial.
    """

    component: Component
    rank: int
    rung: Rung
    recommendation_id: str | None = None
    constraints: tuple[str, ...] = ()
    propensity: float = 1.0
    pool: tuple[str, ...] = ()

    def to_message(self) -> dict[str, Any]:
        """Return the placement as it is in a `components` message."""
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
