"""The consents that rules ask for, and their edition."""

import re

from domain.constraint import Constraint, ConstraintKind, Selector
from domain.required_consents import required_consents, rules_edition


def rule(rule_id: str, consent: str) -> Constraint:
    kind = ConstraintKind.CONSENT if consent else ConstraintKind.AGE_GATE
    return Constraint(id=rule_id, kind=kind, selector=Selector(types=frozenset({"bet"})), consent=consent)


def test_only_rules_of_consent_ask_for_one() -> None:
    assert required_consents([rule("a", "betting"), rule("b", ""), rule("c", "betting")]) == {"betting"}


def test_an_edition_depends_on_the_set_of_consents_alone() -> None:
    edition = rules_edition(["betting", "adverts"])
    assert re.fullmatch("[0-9a-f]{8}", edition)
    assert rules_edition(["adverts", "betting", "adverts"]) == edition
    assert rules_edition(["adverts"]) != edition
    assert rules_edition(["advertsbetting"]) != edition
    assert rules_edition([]) != edition
