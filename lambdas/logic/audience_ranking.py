"""The ranked components of an audience in one version: placements, or candidates, are chosen from them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.audience import Audience
from domain.candidates import Candidates, find_candidates
from domain.choice import ALTERNATIVES, FROZEN, Choice, choose, may_stay, refusal
from domain.component import Component, Slot
from domain.constraint import Constraint
from domain.match_facts import MatchFacts
from domain.placement import Placement, Rung
from domain.recommendation import Recommendation
from domain.rotation import ROTATED_PER_SLOT, rotate
from domain.trial import POOL, Trial
from lambdas.logic.audience_candidates import AudienceCandidates
from lambdas.logic.audience_placements import AudiencePlacements


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceRanking:
    """What the placements of an audience are chosen from.

    `calm` is the recommendation for the time after the moment, and `calm_facts` what is known of the match
    then; None if no moment ends. `components` are the published ones by id. `rotation` is that of calm
    screens.
    """

    audience: Audience
    recommendation: Recommendation
    calm: Recommendation | None
    facts: MatchFacts
    calm_facts: MatchFacts
    components: Mapping[str, Component]
    constraints: Sequence[Constraint]
    frozen: Iterable[str]
    rotation: int
    trial: Trial | None

    def placements(self) -> AudiencePlacements:
        """Choose the audience's placements."""
        ranked = self._ranked()
        blocked = self._blocked()
        if self.rotation:
            ranked = rotate(ranked, self.rotation, self._is_allowed(self.facts, blocked))
        choice = self._choose(ranked, self.recommendation, self.facts, blocked, ALTERNATIVES)
        if self.trial is not None:
            choice = self.trial.vary(choice, ranked, self._is_allowed(self.facts, blocked))
        return AudiencePlacements(
            recommendation=self.recommendation,
            choice=_with_subjects(choice, self.facts),
            calm=self.calm,
            afterwards=self._afterwards(blocked),
            cleared=self._cleared(),
        )

    def candidates(self) -> AudienceCandidates:
        """Return what each app of the audience chooses its own placements from."""
        return AudienceCandidates(
            recommendation=self.recommendation,
            calm=self.calm,
            facts=self.facts,
            now=self._candidates(
                self._ranked(), self.facts, 1 + ALTERNATIVES if self.trial is None else POOL
            ),
            afterwards=self._candidates(
                self._calm_ranked(self.calm), self.calm_facts, ROTATED_PER_SLOT if self.rotation else 1
            )
            if self.calm is not None
            else Candidates(),
            cleared=self._cleared(),
            rotation=self.rotation,
            trial=self.trial,
        )

    def without(self, component_id: str) -> "AudienceRanking":
        """Return the ranking without a component."""
        left = {name: each for name, each in self.components.items() if name != component_id}
        return replace(self, components=left)

    def _ranked(self) -> Sequence[Component]:
        """Return the ranked components; nothing covers the picture while nothing happens."""
        ranked = self._known(self.recommendation)
        return _without_overlay(ranked) if self.rotation else ranked

    def _calm_ranked(self, calm: Recommendation) -> Sequence[Component]:
        return _without_overlay(self._known(calm))

    def _known(self, recommendation: Recommendation) -> Sequence[Component]:
        return [self.components[each] for each in recommendation.component_ids if each in self.components]

    def _blocked(self) -> Mapping[str, str]:
        return dict(self.audience.blocked) | dict.fromkeys(self.frozen, FROZEN)

    def _candidates(self, ranked: Sequence[Component], facts: MatchFacts, free_per_slot: int) -> Candidates:
        frozen = frozenset(self.frozen)

        def refused(component: Component) -> str | None:
            refused_by = refusal(component, self.constraints, self.audience.traits, facts, ())
            return refused_by or (FROZEN if component.id in frozen else None)

        return find_candidates(ranked, refused, self.constraints, free_per_slot=free_per_slot)

    def _choose(
        self,
        ranked: Sequence[Component],
        recommendation: Recommendation,
        facts: MatchFacts,
        blocked: Mapping[str, str],
        alternatives_per_slot: int,
    ) -> Choice:
        return choose(
            ranked=ranked,
            constraints=self.constraints,
            viewer=self.audience.traits,
            facts=facts,
            blocked=blocked,
            rung=recommendation.rung,
            recommendation_id=recommendation.recommendation_id,
            alternatives_per_slot=alternatives_per_slot,
        )

    def _is_allowed(self, facts: MatchFacts, blocked: Mapping[str, str]) -> Callable[..., bool]:
        viewer = self.audience.traits

        def is_allowed(component: Component, others: Sequence[Component] = ()) -> bool:
            refused = refusal(component, self.constraints, viewer, facts, others)
            return component.id not in blocked and refused is None

        return is_allowed

    def _afterwards(self, blocked: Mapping[str, str]) -> Sequence[Placement]:
        """Return placements for the time between the moment's end and the next version.

        They leave the overlay empty: nothing covers the picture without a moment.
        """
        if self.calm is None:
            return ()
        may_be_shown = self._is_allowed(self.calm_facts, blocked)
        ranked = rotate(self._calm_ranked(self.calm), self.rotation, may_be_shown)
        return self._choose(ranked, self.calm, self.calm_facts, blocked, 0).placements

    def _cleared(self) -> tuple[Slot, ...]:
        """Return the slots that must not keep what they show: a component of theirs makes no sense now.

        The server does not know what an app shows, so one such component clears its slot.
        """
        if self.recommendation.rung is not Rung.KEEP:
            return ()
        slots = {
            component.slot
            for component in self.components.values()
            if not may_stay(component, self.constraints, self.audience.traits, self.facts)
        }
        return tuple(slot for slot in Slot if slot in slots)


def _without_overlay(ranked: Sequence[Component]) -> list[Component]:
    return [component for component in ranked if component.slot is not Slot.OVERLAY]


def _with_subjects(choice: Choice, facts: MatchFacts) -> Choice:
    return replace(
        choice,
        placements=tuple(placed.with_subject(facts) for placed in choice.placements),
        alternatives=tuple(placed.with_subject(facts) for placed in choice.alternatives),
    )
