"""A component chosen for a slot of the screen, and why it was chosen."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from domain.component import Component
from domain.match_facts import MatchFacts
from domain.subject import Subject, find_subject


class Rung(StrEnum):
    """Steps of the ladder from which a recommendation can come, best first."""

    VIEWER = "viewer"
    COHORT = "cohort"
    POPULARITY = "popularity"
    EDITORIAL = "editorial"
    KEEP = "keep"

    @property
    def is_recommended(self) -> bool:
        """True if the recommender ranked the components for the viewer or the cohort."""
        return self in (Rung.VIEWER, Rung.COHORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A component in its slot; `rank` counts from 1, `constraints` refused higher-ranked components.

    `propensity` is the probability that this component is placed in this slot, given the ranking and the
    other slots; it is 1 unless the slot takes part in trials. `pool` are the components of the trial.
    `subject` is the person that the component is about. `signature` proves that the server placed it.
    """

    component: Component
    rank: int
    rung: Rung
    recommendation_id: str | None = None
    constraints: tuple[str, ...] = ()
    propensity: float = 1.0
    pool: tuple[str, ...] = ()
    subject: Subject | None = None
    signature: str | None = None

    def with_subject(self, facts: MatchFacts) -> "Placement":
        """Return the placement with the person that its component is about, if it is about one."""
        fit = self.component.only_when
        role = fit.subject if fit is not None else None
        return replace(self, subject=find_subject(role, facts)) if role is not None else self

    def to_message(self) -> dict[str, Any]:
        """Return the placement of a `components` message; a subject is in its title and properties."""
        return {**self.component_fields(), **self.choice_fields()}

    def component_fields(self) -> dict[str, Any]:
        """Return the fields that all placements of this component and subject share."""
        title, properties = self.component.title, self.component.properties
        if self.subject is not None:
            title, properties = self.subject.title, {**properties, "subject": self.subject.to_dict()}
        return {
            "slot": self.component.slot.value,
            "componentId": self.component.id,
            "type": self.component.type,
            "title": title,
            "remote": self.component.remote.to_dict(),
            "properties": properties,
        }

    def choice_fields(self) -> dict[str, Any]:
        """Return the fields that differ between the audiences of a version."""
        return {
            "rank": self.rank,
            "recommendationId": self.recommendation_id,
            "rung": self.rung.value,
            "constraints": list(self.constraints),
            "signature": self.signature,
        }
