"""Trials: sometimes a slot shows another component, so that components which rank low are evaluated too.

Amazon Personalize explores as well, but does not report propensities; those of trials are known exactly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from domain.choice import Choice
from domain.component import Component
from domain.placement import Placement

POOL = 4
"""Components of a slot that take part: the one that would be placed, and the next three allowed ones."""

Allowed = Callable[[Component, Sequence[Component]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """With probability `share` a slot shows a component of its pool, drawn uniformly; otherwise the best."""

    share: float
    draw: Callable[[str], float]
    """Returns a number in [0, 1) for a name, uniform over names."""

    def vary(self, choice: Choice, ranked: Sequence[Component], allowed: Allowed) -> Choice:
        """Return the choice with some slots varied, and with the propensity of each placement.

        `allowed(component, others)` is true if no constraint refuses the component beside the others. Slots
        are varied one after another, so each propensity is conditional on the other slots.
        """
        placements = list(choice.placements)
        for at, placed in enumerate(placements):
            others = [each.component for each in placements if each is not placed]
            placements[at] = self._varied(placed, _pool(placed.component, ranked, others, allowed))
        return replace(
            choice, placements=tuple(placements), alternatives=_still_allowed(choice, placements, allowed)
        )

    def _varied(self, placed: Placement, pool: Sequence[Component]) -> Placement:
        slot = placed.component.slot.value
        component = placed.component
        if self.draw(f"{slot}/try") < self.share:
            component = pool[int(self.draw(f"{slot}/which") * len(pool))]
        propensity = self.share / len(pool)
        if component is placed.component:
            propensity += 1 - self.share
        return replace(
            placed,
            component=component,
            propensity=propensity,
            pool=tuple(each.id for each in pool),
        )


def _still_allowed(
    choice: Choice, placements: Sequence[Placement], allowed: Allowed
) -> tuple[Placement, ...]:
    """Return the alternatives that are not placed now, and are allowed beside the placements."""
    shown = {placed.component.id for placed in placements}
    return tuple(
        each
        for each in choice.alternatives
        if each.component.id not in shown
        and allowed(
            each.component,
            [placed.component for placed in placements if placed.component.slot is not each.component.slot],
        )
    )


def _pool(
    best: Component, ranked: Sequence[Component], others: Sequence[Component], allowed: Allowed
) -> list[Component]:
    pool = [best]
    for component in ranked:
        if len(pool) == POOL:
            break
        if component.slot is best.slot and component.id != best.id and allowed(component, others):
            pool.append(component)
    return pool
