"""The consents that rules ask for: no others split an audience, and apps are told when they change."""

import hashlib
from collections.abc import Iterable

from domain.constraint import Constraint

_EDITION_DIGITS = 8


def required_consents(constraints: Iterable[Constraint]) -> frozenset[str]:
    """Return the consents that at least one rule asks for."""
    return frozenset(rule.consent for rule in constraints if rule.consent)


def rules_edition(consents: Iterable[str]) -> str:
    """Return a short hash of required consents, in hexadecimal digits.

    An app whose pass has another edition renews it: its viewer may belong to another audience now.
    """
    text = "".join(f"{len(consent)}:{consent}" for consent in sorted(set(consents)))
    return hashlib.sha256(text.encode()).hexdigest()[:_EDITION_DIGITS]
