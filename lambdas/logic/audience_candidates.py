"""What each app of an audience chooses its own placements from, and its form in an audience message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.candidates import Candidate, Candidates
from domain.component import Component, Slot
from domain.constraint import Constraint, ConstraintKind
from domain.match_facts import MatchFacts
from domain.placement import Placement, Rung
from domain.recommendation import Recommendation
from domain.trial import Trial

Signature = Callable[[Component, str | None], str | None]
"""Returns the signature of a component's placement by a recommendation; None if it cannot be signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceCandidates:
    """An audience's candidates now and for the time after the moment.

    `facts` tell whom a component is about. `cleared` are slots that must not keep what they show, where the
    recommendation is to keep it.
    """

    recommendation: Recommendation
    calm: Recommendation | None
    facts: MatchFacts
    now: Candidates
    afterwards: Candidates
    cleared: tuple[Slot, ...]
    rotation: int
    trial: Trial | None

    def fields(self, signature: Signature) -> dict[str, Any]:
        """Return the fields of an audience message; the fields of a component are given once."""
        components = _Components()

        def about_somebody(component: Component) -> int:
            return components.index(component, self.facts)

        def about_nobody(component: Component) -> int:
            return components.index(component, None)

        now = _candidates(self.now, self.recommendation, self.rotation, signature, about_somebody)
        message: dict[str, Any] = {"rung": self.recommendation.rung.value, **now}
        if self.trial is not None:
            message["trial"] = self._trial(self.trial)
        if self.calm is not None and self.afterwards.listed:
            # As in a `components` message, what follows the moment is about nobody.
            message["afterwards"] = _candidates(
                self.afterwards, self.calm, self.rotation, signature, about_nobody
            )
        if self.cleared:
            message["cleared"] = [slot.value for slot in self.cleared]
        return {**message, "components": components.fields}

    def _trial(self, trial: Trial) -> dict[str, Any]:
        slots = dict.fromkeys(each.component.slot.value for each in self.now.listed)
        draws = {slot: [trial.draw(f"{slot}/try"), trial.draw(f"{slot}/which")] for slot in slots}
        return {"share": trial.share, "draws": draws}


class _Components:
    """The components of a message, each once; one that is about a person is another than the same without."""

    def __init__(self) -> None:
        self.fields: list[dict[str, Any]] = []
        self._indices: dict[tuple[str, bool], int] = {}

    def index(self, component: Component, facts: MatchFacts | None) -> int:
        placement = Placement(component=component, rank=1, rung=Rung.KEEP)
        if facts is not None:
            placement = placement.with_subject(facts)
        key = (component.id, placement.subject is not None)
        if key not in self._indices:
            self._indices[key] = len(self.fields)
            self.fields.append(placement.component_fields())
        return self._indices[key]


def _candidates(
    candidates: Candidates,
    recommendation: Recommendation,
    rotation: int,
    signature: Signature,
    index: Callable[[Component], int],
) -> dict[str, Any]:
    def entry(candidate: Candidate) -> dict[str, Any]:
        return {
            "component": index(candidate.component),
            "recommendationId": recommendation.recommendation_id,
            "rung": recommendation.rung.value,
            "signature": signature(candidate.component, recommendation.recommendation_id),
            "above": list(candidate.above),
            "limits": [_limit(rule) for rule in candidate.limits],
        }

    return {
        "candidates": [entry(candidate) for candidate in candidates.listed],
        "conflicts": [list(pair) for pair in candidates.conflicts],
        "rotation": rotation,
    }


def _limit(rule: Constraint) -> Mapping[str, Any]:
    if rule.kind is ConstraintKind.FREQUENCY_CAP:
        return {"rule": rule.id, "maximum": rule.maximum}
    return {"rule": rule.id, "seconds": rule.seconds}
