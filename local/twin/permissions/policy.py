"""Policies as their JSON documents declare them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.twin.permissions.conditions import Condition, parse_conditions
from local.twin.permissions.errors import UnsupportedPolicyError
from local.twin.permissions.wildcards import matches

_ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "Condition",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """The patterns of `Action` or `Resource`, or of its negation."""

    patterns: tuple[str, ...]
    negated: bool = False
    ignore_case: bool = False

    def match(self, text: str) -> bool:
        """True if the element covers the text."""
        found = any(matches(pattern, text, ignore_case=self.ignore_case) for pattern in self.patterns)
        return found is not self.negated

    def covering(self, text: str) -> tuple[str, ...]:
        """Return the patterns that the text matches, if there are several to tell apart."""
        if len(self.patterns) < 2:
            return ()
        return tuple(each for each in self.patterns if matches(each, text, ignore_case=self.ignore_case))

    def without(self, pattern: str) -> tuple[str, ...]:
        """Return the other patterns."""
        return tuple(each for each in self.patterns if each != pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement; `principals` are those of a resource policy, as pairs of kind and name."""

    id: str
    """The stack, the policy's logical id and the position, such as `DataStack/RawPolicy/2`."""
    allows: bool
    actions: Patterns
    resources: Patterns
    principals: frozenset[tuple[str, str]] = frozenset()
    conditions: tuple[Condition, ...] = ()


def parse_policy(document: Mapping[str, Any], name: str, *, resource: str | None = None) -> list[Statement]:
    """Return the statements of a policy; raises UnsupportedPolicyError.

    `resource` is what a policy without the element `Resource` is about, as a trust policy is.
    """
    listed = document.get("Statement", [])
    statements = listed if isinstance(listed, list) else [listed]
    return [_statement(each, f"{name}/{at}", resource) for at, each in enumerate(statements)]


def _statement(declared: Mapping[str, Any], statement_id: str, resource: str | None) -> Statement:
    unknown = set(declared) - _ELEMENTS
    if unknown:
        raise UnsupportedPolicyError(statement_id, f"the element {', '.join(sorted(unknown))}")
    resources = (
        _patterns(declared, "Resource", statement_id) if resource is None else Patterns(patterns=(resource,))
    )
    return Statement(
        id=statement_id,
        allows=declared["Effect"] == "Allow",
        actions=_patterns(declared, "Action", statement_id, ignore_case=True),
        resources=resources,
        principals=_principals(declared.get("Principal")),
        conditions=parse_conditions(declared.get("Condition") or {}, statement_id),
    )


def _patterns(
    declared: Mapping[str, Any], element: str, statement_id: str, *, ignore_case: bool = False
) -> Patterns:
    negated = f"Not{element}" in declared
    patterns = _listed(declared[f"Not{element}" if negated else element])
    if any("${" in pattern for pattern in patterns):
        raise UnsupportedPolicyError(statement_id, f"policy variables in {element}")
    return Patterns(patterns=patterns, negated=negated, ignore_case=ignore_case)


def _principals(principal: Any) -> frozenset[tuple[str, str]]:
    if principal is None:
        return frozenset()
    if principal == "*":
        return frozenset({("AWS", "*")})
    return frozenset((kind, name) for kind, names in principal.items() for name in _listed(names))


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else (str(value),)
