"""One business constraint as data: what it is about, and when it says no."""

from dataclasses import dataclass, field, fields
from enum import StrEnum

from domain.component import Component
from domain.errors import InvalidFieldError
from domain.moment import MomentType
from domain.validation import Reader, read_text


class ConstraintKind(StrEnum):
    """What a constraint protects."""

    AGE_GATE = "age_gate"
    JURISDICTION = "jurisdiction"
    CONSENT = "consent"
    SPONSOR_EXCLUSIVITY = "sponsor_exclusivity"
    FREQUENCY_CAP = "frequency_cap"
    COOL_DOWN = "cool_down"
    SLOT_CONFLICT = "slot_conflict"
    QUIET_MOMENT = "quiet_moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """The components that a constraint is about: any of the named ids, types, categories or partners."""

    component_ids: frozenset[str] = field(default=frozenset())
    types: frozenset[str] = field(default=frozenset())
    categories: frozenset[str] = field(default=frozenset())
    partners: frozenset[str] = field(default=frozenset())

    def selects(self, component: Component) -> bool:
        """Whether the constraint is about this component."""
        return (
            component.id in self.component_ids
            or component.type in self.types
            or bool(component.categories & self.categories)
            or component.partner in self.partners
        )

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Selector":
        """Read a selector; one that selects nothing is an error, for it would protect nothing."""
        reader = Reader(value, path)
        selector = Selector(
            component_ids=frozenset(reader.items("component_ids", read_text)),
            types=frozenset(reader.items("types", read_text)),
            categories=frozenset(reader.items("categories", read_text)),
            partners=frozenset(reader.items("partners", read_text)),
        )
        if selector == Selector():
            raise InvalidFieldError(path, "component_ids, types, categories or partners", value)
        return selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One rule of the business; which of the optional fields count depends on `kind`.

    age_gate: `minimum_age` years. jurisdiction: `countries` in which it is allowed (ISO 3166 alpha-2).
    consent: the `consent` that must have been given. sponsor_exclusivity: of the selected, `partner` alone.
    frequency_cap: `maximum` impressions a match. cool_down: `seconds` since the last impression.
    slot_conflict: never beside what `other` selects. quiet_moment: never during the named `moments`.
    """

    id: str
    kind: ConstraintKind
    selector: Selector
    minimum_age: int = 0
    countries: frozenset[str] = field(default=frozenset())
    consent: str = ""
    partner: str = ""
    maximum: int = 0
    seconds: int = 0
    other: Selector | None = None
    moments: frozenset[MomentType] = field(default=frozenset())

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Constraint":
        """Read a rule; raises InvalidFieldError that names the field that its kind misses or has wrong."""
        reader = Reader(value, path)
        kind = reader.choice("kind", ConstraintKind)
        return Constraint(
            id=reader.text("id", max_length=100),
            kind=kind,
            selector=reader.nested("selector", Selector.from_dict),
            minimum_age=reader.integer("minimum_age", minimum=1, maximum=120)
            if kind is ConstraintKind.AGE_GATE
            else 0,
            countries=_some(reader, "countries") if kind is ConstraintKind.JURISDICTION else frozenset(),
            consent=reader.text("consent") if kind is ConstraintKind.CONSENT else "",
            partner=reader.text("partner") if kind is ConstraintKind.SPONSOR_EXCLUSIVITY else "",
            maximum=reader.integer("maximum", minimum=1) if kind is ConstraintKind.FREQUENCY_CAP else 0,
            seconds=reader.integer("seconds", minimum=1) if kind is ConstraintKind.COOL_DOWN else 0,
            other=reader.nested("other", Selector.from_dict)
            if kind is ConstraintKind.SLOT_CONFLICT
            else None,
            moments=_moments(reader) if kind is ConstraintKind.QUIET_MOMENT else frozenset(),
        )


TAKES = {
    ConstraintKind.AGE_GATE: "minimum_age",
    ConstraintKind.JURISDICTION: "countries",
    ConstraintKind.CONSENT: "consent",
    ConstraintKind.SPONSOR_EXCLUSIVITY: "partner",
    ConstraintKind.FREQUENCY_CAP: "maximum",
    ConstraintKind.COOL_DOWN: "seconds",
    ConstraintKind.SLOT_CONFLICT: "other",
    ConstraintKind.QUIET_MOMENT: "moments",
}
"""The one field that each kind reads beside its selector."""


def read_published(value: object, path: str = "") -> Constraint:
    """Read a rule to be published; raises InvalidFieldError also for a field that its kind never reads.

    Whoever wrote it believes that it protects something. What is in force already is read leniently.
    """
    rule = Constraint.from_dict(value, path)
    reader = Reader(value, path)
    reader.refuse_others(("id", "kind", "selector", TAKES[rule.kind]))
    for name in ("selector", "other"):
        if reader.has(name):
            reader.nested(name, Reader).refuse_others([each.name for each in fields(Selector)])
    return rule


def _some(reader: Reader, name: str) -> frozenset[str]:
    values = frozenset(reader.items(name, read_text))
    if not values:
        raise InvalidFieldError(reader.path(name), "a list of at least one entry", [])
    return values


def _moments(reader: Reader) -> frozenset[MomentType]:
    names = _some(reader, "moments")
    known = {member.value for member in MomentType}
    for name in sorted(names - known):
        raise InvalidFieldError(reader.path("moments"), "one of " + ", ".join(sorted(known)), name)
    return frozenset(MomentType(name) for name in names)
