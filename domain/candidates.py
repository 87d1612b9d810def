"""Candidates: what an app needs in order to choose placements for its own viewer.

Everything that holds for a whole audience is decided by the server: a component that a legal gate, a fit or
an operator refuses is no candidate. What is left to the app is what only its viewer's own sights decide,
frequency caps and cool-downs, and the slot conflicts and rotation that follow from them. `candidate_choice`
is that part.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.choice import EXPOSURE_KINDS
from domain.component import Component, Slot
from domain.constraint import Constraint, ConstraintKind

Refused = Callable[[Component], str | None]
"""Returns what refuses a component for the whole audience; None if nothing does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A component that nothing but a limit or a conflict can refuse.

    `above` are the rules that refused better-ranked components of its slot, since the candidate before it.
    `limits` are the frequency caps and cool-downs about it, in the order of the constraints.
    """

    component: Component
    above: tuple[str, ...] = ()
    limits: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Candidates in ranked order over all slots.

    `conflicts` are pairs of indices of candidates in different slots, with the rule that keeps them apart, in
    the order of the constraints: the first that holds is the reason that a placement names.
    """

    listed: tuple[Candidate, ...] = ()
    conflicts: tuple[tuple[int, int, str], ...] = ()


def find_candidates(
    ranked: Sequence[Component], refused: Refused, constraints: Sequence[Constraint], *, free_per_slot: int
) -> Candidates:
    """Return the candidates of a ranking.

    Per slot they end after `free_per_slot` candidates without limits and conflicts: one of those is always
    placed, or an alternative, before anything behind them.
    """
    limits = [rule for rule in constraints if rule.kind in EXPOSURE_KINDS]
    apart = [rule for rule in constraints if rule.kind is ConstraintKind.SLOT_CONFLICT]
    listed: list[Candidate] = []
    above: dict[Slot, list[str]] = {}
    for component in ranked:
        rule_id = refused(component)
        if rule_id is not None:
            above.setdefault(component.slot, []).append(rule_id)
            continue
        listed.append(
            Candidate(
                component=component,
                above=tuple(dict.fromkeys(above.pop(component.slot, []))),
                limits=tuple(rule for rule in limits if rule.selector.selects(component)),
            )
        )
    return _shortened(listed, _conflicts([each.component for each in listed], apart), free_per_slot)


def _shortened(
    listed: Sequence[Candidate], conflicts: Sequence[tuple[int, int, str]], free_per_slot: int
) -> Candidates:
    """Return the candidates without those behind the last free one that their slot can need."""
    apart = {index for first, second, _ in conflicts for index in (first, second)}
    free: dict[Slot, int] = {}
    places: dict[int, int] = {}
    for index, candidate in enumerate(listed):
        slot = candidate.component.slot
        if free.get(slot, 0) == free_per_slot:
            continue
        places[index] = len(places)
        if not candidate.limits and index not in apart:
            free[slot] = free.get(slot, 0) + 1
    return Candidates(
        listed=tuple(listed[index] for index in places),
        conflicts=tuple(
            (places[first], places[second], rule_id)
            for first, second, rule_id in conflicts
            if first in places and second in places
        ),
    )


def _conflicts(components: Sequence[Component], rules: Sequence[Constraint]) -> list[tuple[int, int, str]]:
    """Return the pairs of different slots that a rule keeps apart, each once, with the first such rule."""
    pairs: dict[tuple[int, int], str] = {}
    for rule in rules:
        if rule.other is None:
            continue
        sides = [
            [index for index, each in enumerate(components) if selector.selects(each)]
            for selector in (rule.selector, rule.other)
        ]
        for first in sides[0]:
            for second in sides[1]:
                if components[first].slot is not components[second].slot:
                    pairs.setdefault((min(first, second), max(first, second)), rule.id)
    return [(first, second, rule_id) for (first, second), rule_id in pairs.items()]
