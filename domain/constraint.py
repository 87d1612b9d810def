"""Business constraints as data: which components each selects, and when it refuses them."""

from dataclasses import dataclass, field, fields
from enum import StrEnum

from domain.component import Component
from domain.errors import InvalidFieldError
from domain.fit import Fit
from domain.json_limits import require_size
from domain.moment import MomentType
from domain.validation import Reader, read_text

MAX_RULES = 5_000
MAX_RULE_BYTES = 64_000
"""Compact JSON of one rule. A DynamoDB item takes 400 KB, and escapes make three bytes of one at most."""


class ConstraintKind(StrEnum):
    """Kinds of constraints."""

    AGE_GATE = "age_gate"
    JURISDICTION = "jurisdiction"
    CONSENT = "consent"
    SPONSOR_EXCLUSIVITY = "sponsor_exclusivity"
    FREQUENCY_CAP = "frequency_cap"
    COOL_DOWN = "cool_down"
    SLOT_CONFLICT = "slot_conflict"
    QUIET_MOMENT = "quiet_moment"
    ONLY_WHEN = "only_when"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Selects components by any of the listed ids, types, categories or partners."""

    component_ids: frozenset[str] = field(default=frozenset())
    types: frozenset[str] = field(default=frozenset())
    categories: frozenset[str] = field(default=frozenset())
    partners: frozenset[str] = field(default=frozenset())

    def selects(self, component: Component) -> bool:
        """True if the component is selected."""
        return (
            component.id in self.component_ids
            or component.type in self.types
            or bool(component.categories & self.categories)
            or component.partner in self.partners
        )

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Selector":
        """Read a selector; an empty one is an error, because the constraint would have no effect."""
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
    """One business rule; its `kind` decides which of the optional fields it uses.

    age_gate: `minimum_age` in years. jurisdiction: `countries` in which it is allowed (ISO 3166 alpha-2).
    consent: the `consent` that the viewer must have given. sponsor_exclusivity: the only allowed `partner`.
    frequency_cap: `maximum` impressions per match. cool_down: `seconds` since the last impression.
    slot_conflict: never beside a component that `other` selects. quiet_moment: never during these `moments`.
    only_when: only while the fit `only_when` holds.
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
    only_when: Fit | None = None

    @property
    def is_unreadable(self) -> bool:
        """True if a newer version has written the rule, which refuses everything that it selects."""
        return self.only_when is not None and not self.only_when.is_known

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Constraint":
        """Read a rule; raises InvalidFieldError for a missing or invalid field of its kind."""
        reader = Reader(value, path)
        kind = reader.choice("kind", ConstraintKind)
        return Constraint(
            id=reader.text("id", max_length=100),
            kind=kind,
            selector=reader.nested("selector", Selector.from_dict),
            minimum_age=reader.integer("minimum_age", minimum=1, maximum=120)
            if kind is ConstraintKind.AGE_GATE
            else 0,
            countries=_non_empty(reader, "countries") if kind is ConstraintKind.JURISDICTION else frozenset(),
            consent=reader.text("consent") if kind is ConstraintKind.CONSENT else "",
            partner=reader.text("partner") if kind is ConstraintKind.SPONSOR_EXCLUSIVITY else "",
            maximum=reader.integer("maximum", minimum=1) if kind is ConstraintKind.FREQUENCY_CAP else 0,
            seconds=reader.integer("seconds", minimum=1) if kind is ConstraintKind.COOL_DOWN else 0,
            other=reader.nested("other", Selector.from_dict)
            if kind is ConstraintKind.SLOT_CONFLICT
            else None,
            moments=_moments(reader) if kind is ConstraintKind.QUIET_MOMENT else frozenset(),
            only_when=reader.nested("only_when", Fit.from_stored)
            if kind is ConstraintKind.ONLY_WHEN
            else None,
        )

    @staticmethod
    def from_stored(value: object, path: str = "") -> "Constraint":
        """Read a rule from our own tables, where a newer version may have written another kind.

        A rule that this version cannot read refuses everything that it selects. Raises InvalidFieldError if
        its selector cannot be read either: then it is unknown what the rule is about.
        """
        try:
            return Constraint.from_dict(value, path)
        except InvalidFieldError as error:
            try:
                return _refusing(Reader(value, path))
            except InvalidFieldError:
                raise error from None


def _refusing(reader: Reader) -> Constraint:
    """Return a rule that refuses everything that the rule's selector selects."""
    reader.nested("selector", Reader).refuse_others(SELECTOR_FIELDS)
    return Constraint(
        id=reader.text("id", max_length=100),
        kind=ConstraintKind.ONLY_WHEN,
        selector=reader.nested("selector", Selector.from_dict),
        only_when=Fit(is_known=False),
    )


SELECTOR_FIELDS = tuple(each.name for each in fields(Selector))
FIELD_OF_KIND = {
    ConstraintKind.AGE_GATE: "minimum_age",
    ConstraintKind.JURISDICTION: "countries",
    ConstraintKind.CONSENT: "consent",
    ConstraintKind.SPONSOR_EXCLUSIVITY: "partner",
    ConstraintKind.FREQUENCY_CAP: "maximum",
    ConstraintKind.COOL_DOWN: "seconds",
    ConstraintKind.SLOT_CONFLICT: "other",
    ConstraintKind.QUIET_MOMENT: "moments",
    ConstraintKind.ONLY_WHEN: "only_when",
}
"""The field that each kind uses besides its selector."""


def read_published(value: object, path: str = "") -> Constraint:
    """Read a rule to publish; raises InvalidFieldError also for a large one, and for fields its kind ignores.

    The author of such a field expects it to have an effect. Published rules are read leniently.
    """
    rule = Constraint.from_dict(value, path)
    reader = Reader(value, path)
    reader.refuse_others(("id", "kind", "selector", FIELD_OF_KIND[rule.kind]))
    require_size(value, path, MAX_RULE_BYTES)
    if rule.kind is ConstraintKind.ONLY_WHEN:
        reader.nested("only_when", Fit.from_dict)
    for name in ("selector", "other"):
        if reader.has(name):
            reader.nested(name, Reader).refuse_others(SELECTOR_FIELDS)
    return rule


def _non_empty(reader: Reader, name: str) -> frozenset[str]:
    values = frozenset(reader.items(name, read_text))
    if not values:
        raise InvalidFieldError(reader.path(name), "a list of at least one entry", [])
    return values


def _moments(reader: Reader) -> frozenset[MomentType]:
    names = _non_empty(reader, "moments")
    known = {member.value for member in MomentType}
    for name in sorted(names - known):
        raise InvalidFieldError(reader.path("moments"), "one of " + ", ".join(sorted(known)), name)
    return frozenset(MomentType(name) for name in names)
