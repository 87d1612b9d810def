"""Now and then a slot tries another component, so that what the recommender never places is judged too.

Amazon Personalize explores as well, but tells no chances; here they are known exactly, because they are ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from domain.choice import Choice
from domain.component import Component
from domain.placement import Placement

POOL = 4
"""How many components of a slot take part: the one that would be placed, and the next three allowed."""

Allowed = Callable[[Component, Sequence[Component]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """With chance `share` a slot shows one of its pool, each as likely; else the best, as ever."""

    share: float
    draw: Callable[[str], float]
    """A number from 0 to below 1, evenly spread, for a name."""

    def vary(self, choice: Choice, ranked: Sequence[Component], allowed: Allowed) -> Choice:
        """The choice with some slots varied and the propensity of each placement.

        `allowed(component, others)` says whether a component may stand beside the others: what a constraint
        forbids takes no part. Slots are varied one after another, so each propensity holds given the rest.
        """
        placements = list(choice.placements)
        for at, placed in enumerate(placements):
            others = [each.component for each in placements if each is not placed]
            placements[at] = self._varied(placed, _pool(placed.component, ranked, others, allowed))
        return replace(
            choice, placements=tuple(placements), alternatives=_still_fitting(choice, placements, allowed)
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


def _still_fitting(
    choice: Choice, placements: Sequence[Placement], allowed: Allowed
) -> tuple[Placement, ...]:
    """The alternatives that are not on the screen by now, and may stand beside what is."""
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
