"""The element `Condition` of a statement.

Source: AWS documentation, "IAM JSON policy elements: Condition operators" and "Creating a condition with
multiple keys or values": keys are joined by AND, the values of a key by OR, or by NOR for a negated operator;
a key that the request lacks fails the condition, unless the operator is negated or ends in `IfExists`.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.twin.permissions.errors import UnsupportedPolicyError
from local.twin.permissions.wildcards import arn_matches, matches

Context = Mapping[str, str]
"""The values of condition keys in a request, by the key in lower case."""


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda wanted, found: compare(float(found), float(wanted))


_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": lambda wanted, found: wanted.lower() == found.lower(),
    "StringLike": matches,
    "ArnEquals": arn_matches,
    "ArnLike": arn_matches,
    "Bool": lambda wanted, found: wanted.lower() == found.lower(),
    "NumericEquals": _number(operator.eq),
    "NumericLessThan": _number(operator.lt),
    "NumericLessThanEquals": _number(operator.le),
    "NumericGreaterThan": _number(operator.gt),
    "NumericGreaterThanEquals": _number(operator.ge),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One operator on one key."""

    key: str
    comparison: str
    values: tuple[str, ...]
    negated: bool = False
    if_exists: bool = False

    def holds(self, context: Context) -> bool:
        """True if a request with this context meets the condition."""
        found = context.get(self.key)
        if self.comparison == "Null":
            return self.values[0].lower() == str(found is None).lower()
        if found is None:
            return self.if_exists or self.negated
        compare = _COMPARISONS[self.comparison]
        return any(compare(value, found) for value in self.values) is not self.negated


def parse_conditions(block: Mapping[str, Mapping[str, Any]], statement: str) -> tuple[Condition, ...]:
    """Return the conditions of a statement; raises UnsupportedPolicyError."""
    found = []
    for name, keys in block.items():
        base = name.removesuffix("IfExists")
        comparison = _NEGATED.get(base, base)
        if comparison not in _COMPARISONS and comparison != "Null":
            raise UnsupportedPolicyError(statement, f"the condition operator {name}")
        found += [
            Condition(
                key=key.lower(),
                comparison=comparison,
                values=_texts(values),
                negated=base in _NEGATED,
                if_exists=name.endswith("IfExists"),
            )
            for key, values in keys.items()
        ]
    return tuple(found)


def _texts(values: Any) -> tuple[str, ...]:
    listed: Sequence[Any] = values if isinstance(values, list) else [values]
    return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in listed)
