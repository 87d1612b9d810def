"""Choose placements: one component per slot, in ranked order, without those that a constraint refuses.

Legal gates are enforced here, after Personalize has answered, and fail closed: an unknown trait passes no
gate.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.cohort import ViewerTraits
from domain.component import Component, Slot
from domain.constraint import Constraint, ConstraintKind
from domain.fit import Fit
from domain.indexed_constraints import IndexedConstraints
from domain.match_facts import MatchFacts
from domain.placement import Placement, Rung

EXPOSURE_KINDS = frozenset({ConstraintKind.FREQUENCY_CAP, ConstraintKind.COOL_DOWN})
"""Kinds of constraints that depend on what a viewer has seen."""
MATCH_KINDS = frozenset({ConstraintKind.QUIET_MOMENT, ConstraintKind.ONLY_WHEN})
"""Kinds of constraints that depend on the state of the match."""
DOES_NOT_FIT = "does-not-fit"
"""Stands for a constraint's id where a component's own fit refuses it."""
FROZEN = "frozen-by-operator"
"""Stands for a constraint's id where an operator has frozen a component."""
ALTERNATIVES = 2
"""How many alternatives each slot has, in case the micro-frontend of a placement fails to load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How often a viewer has seen a component in this match, and when last."""

    count: int
    last_at: datetime

    def plus(self, other: "Exposure") -> "Exposure":
        """Return both together."""
        return Exposure(count=self.count + other.count, last_at=max(self.last_at, other.last_at))


def add_exposures(
    before: Mapping[str, Exposure], seen: Iterable[tuple[str, datetime]]
) -> dict[str, Exposure]:
    """Return the exposures after components were seen at these times, the earliest first.

    Idempotent: a time that is not after the component's last one is not counted again. Times are compared in
    whole milliseconds, as they are stored.
    """
    after = dict(before)
    for component_id, instant in seen:
        at = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
        known = after.get(component_id)
        if known is None or known.last_at < at:
            after[component_id] = Exposure(count=known.count + 1 if known else 1, last_at=at)
    return after


def sum_exposures(*parts: Mapping[str, Exposure]) -> dict[str, Exposure]:
    """Return the exposures of several connections together: counts are added, the latest time remains."""
    total: dict[str, Exposure] = {}
    for part in parts:
        for component_id, exposure in part.items():
            known = total.get(component_id)
            total[component_id] = exposure if known is None else known.plus(exposure)
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The placements, their alternatives, and the constraint that refused each refused component."""

    placements: tuple[Placement, ...]
    refused: dict[str, str]
    alternatives: tuple[Placement, ...] = ()

    def without(self, component_id: str) -> "Choice":
        """Return the choice without a component; the best alternative takes its slot."""
        left = [placed for placed in self.alternatives if placed.component.id != component_id]
        placements: list[Placement] = []
        for placed in self.placements:
            if placed.component.id != component_id:
                placements.append(placed)
                continue
            slot = placed.component.slot
            substitute = next((each for each in left if each.component.slot is slot), None)
            if substitute is not None:
                left.remove(substitute)
                placements.append(substitute)
        return replace(self, placements=tuple(placements), alternatives=tuple(left))


def blocked_by_exposure(
    constraints: Iterable[Constraint],
    components: Iterable[Component],
    exposures: Mapping[str, Exposure],
    now: datetime,
) -> dict[str, str]:
    """Return components that this viewer has seen too often or too recently, each with the constraint."""
    rules = [rule for rule in constraints if rule.kind in EXPOSURE_KINDS]
    blocked: dict[str, str] = {}
    for component in components:
        exposure = exposures.get(component.id)
        if exposure is None:
            continue
        for rule in rules:
            if rule.selector.selects(component) and exceeds(rule, exposure, now):
                blocked.setdefault(component.id, rule.id)
    return blocked


RefusedBy = Callable[[Component, Sequence[Component]], str | None]
"""Returns what refuses a component beside others: the id of a rule, or None."""


def choose(
    *,
    ranked: Sequence[Component],
    constraints: Sequence[Constraint],
    viewer: ViewerTraits,
    facts: MatchFacts | None,
    blocked: Mapping[str, str],
    rung: Rung,
    recommendation_id: str | None = None,
    alternatives_per_slot: int = ALTERNATIVES,
) -> Choice:
    """Fill each slot with the best-ranked component that no constraint refuses.

    Outside a match there are no `facts`, and a component with a fit is refused. `blocked` comes from
    `blocked_by_exposure`. Of several reasons to refuse a component the one that holds for the whole audience
    is named, then the one in `blocked`, then a conflict with what is placed.
    """
    constraints = IndexedConstraints.of(constraints)

    def refused_by(component: Component, chosen: Sequence[Component]) -> str | None:
        return (
            refusal(component, constraints, viewer, facts, ())
            or blocked.get(component.id)
            or conflict(component, constraints, chosen)
        )

    return fill_slots(
        ranked, refused_by, rung, recommendation_id, alternatives_per_slot=alternatives_per_slot
    )


def fill_slots(
    ranked: Sequence[Component],
    refused_by: RefusedBy,
    rung: Rung,
    recommendation_id: str | None,
    *,
    alternatives_per_slot: int = ALTERNATIVES,
) -> Choice:
    """Fill each slot with the best-ranked component that nothing refuses beside those placed before it.

    The next best components of each slot are its alternatives, for an app that cannot load a placement; no
    combination of them causes a slot conflict. A placement names the constraints that refused higher-ranked
    components for its slot.
    """
    refused: dict[str, str] = {}
    placed: dict[Slot, Placement] = {}
    chosen: list[Component] = []
    refused_by_slot: dict[Slot, list[str]] = {}
    remaining: list[Component] = []
    for component in ranked:
        if component.slot in placed:
            remaining.append(component)
            continue
        rule_id = refused_by(component, chosen)
        if rule_id is not None:
            refused[component.id] = rule_id
            refused_by_slot.setdefault(component.slot, []).append(rule_id)
            continue
        placed[component.slot] = Placement(
            component=component,
            rank=len(placed) + 1,
            rung=rung,
            recommendation_id=recommendation_id,
            constraints=tuple(dict.fromkeys(refused_by_slot.get(component.slot, []))),
        )
        chosen.append(component)
    alternatives: list[Placement] = []
    wanted = dict.fromkeys(placed, alternatives_per_slot)
    for component in remaining:
        if not wanted[component.slot]:
            continue
        if refused_by(component, [each for each in chosen if each.slot is not component.slot]):
            continue
        wanted[component.slot] -= 1
        chosen.append(component)
        alternatives.append(
            Placement(
                component=component,
                rank=len(placed) + len(alternatives) + 1,
                rung=rung,
                recommendation_id=recommendation_id,
            )
        )
    return Choice(placements=tuple(placed.values()), refused=refused, alternatives=tuple(alternatives))


def refusal(
    component: Component,
    constraints: Sequence[Constraint],
    viewer: ViewerTraits,
    facts: MatchFacts | None,
    chosen: Sequence[Component],
) -> str | None:
    """Return what refuses a component beside the chosen ones, its fit first; None if nothing does."""
    if not _fits(component.only_when, facts, viewer):
        return DOES_NOT_FIT
    for rule in IndexedConstraints.of(constraints).about(component):
        if _refuses(rule, component, viewer, facts, chosen):
            return rule.id
    return None


def conflict(
    component: Component, constraints: Sequence[Constraint], chosen: Sequence[Component]
) -> str | None:
    """Return the first rule that keeps a component apart from one of the chosen; None if there is none."""
    if not chosen:
        return None
    for rule in IndexedConstraints.of(constraints).about(component):
        if rule.kind is ConstraintKind.SLOT_CONFLICT and _keeps_apart(rule, component, chosen):
            return rule.id
    return None


def may_stay(
    component: Component, constraints: Sequence[Constraint], viewer: ViewerTraits, facts: MatchFacts
) -> bool:
    """True if a component that is on the screen since an earlier version may stay there.

    One that is about a person may not: this version may be about another person.
    """
    fit = component.only_when
    if fit is not None and fit.subject is not None:
        return False
    of_the_match = [rule for rule in constraints if rule.kind in MATCH_KINDS]
    return refusal(component, of_the_match, viewer, facts, ()) is None


def _fits(fit: Fit | None, facts: MatchFacts | None, viewer: ViewerTraits) -> bool:
    return fit is None or (facts is not None and fit.holds(facts, viewer.cohort))


def exceeds(rule: Constraint, exposure: Exposure, now: datetime) -> bool:
    """True if what a viewer has seen of a component is as much as a cap or cool-down allows."""
    if rule.kind is ConstraintKind.FREQUENCY_CAP:
        return exposure.count >= rule.maximum
    return (now - exposure.last_at).total_seconds() < rule.seconds


def _refuses(
    rule: Constraint,
    component: Component,
    viewer: ViewerTraits,
    facts: MatchFacts | None,
    chosen: Sequence[Component],
) -> bool:
    if rule.kind is ConstraintKind.SLOT_CONFLICT:
        return _keeps_apart(rule, component, chosen)
    if not rule.selector.selects(component):
        return False
    match rule.kind:
        case ConstraintKind.AGE_GATE:
            return viewer.cohort.minimum_age < rule.minimum_age
        case ConstraintKind.JURISDICTION:
            return viewer.cohort.country not in rule.countries
        case ConstraintKind.CONSENT:
            return rule.consent not in viewer.consents
        case ConstraintKind.SPONSOR_EXCLUSIVITY:
            return component.partner != rule.partner
        case ConstraintKind.QUIET_MOMENT:
            return facts is not None and facts.headline is not None and facts.headline.type in rule.moments
        case ConstraintKind.ONLY_WHEN:
            return not _fits(rule.only_when, facts, viewer)
        case _:
            return False


def _keeps_apart(rule: Constraint, component: Component, chosen: Sequence[Component]) -> bool:
    first, second = rule.selector, rule.other
    return second is not None and any(
        (first.selects(component) and second.selects(other))
        or (second.selects(component) and first.selects(other))
        for other in chosen
    )
