"""EventBridge's pattern language, which the filters of event source mappings use too."""

import fnmatch
from collections.abc import Iterable, Mapping
from typing import Any

_MISSING = object()


def matches(pattern: Mapping[str, Any], value: Any) -> bool:
    """True if the value matches every field of the pattern; raises ValueError for an unknown operator."""
    for name, wanted in pattern.items():
        if name == "$or":
            if not any(matches(each, value) for each in wanted):
                return False
            continue
        found = value.get(name, _MISSING) if isinstance(value, Mapping) else _MISSING
        if isinstance(wanted, Mapping):
            if not matches(wanted, {} if found is _MISSING else found):
                return False
        elif not _any_rule(wanted, found):
            return False
    return True


def _any_rule(rules: Iterable[Any], found: Any) -> bool:
    values = found if isinstance(found, list) else [found]
    return any(_rule(rule, value) for rule in rules for value in values)


def _rule(rule: Any, value: Any) -> bool:
    if not isinstance(rule, Mapping):
        return value is not _MISSING and type(rule) is type(value) and bool(rule == value)
    operator, operand = next(iter(rule.items()))
    if operator == "exists":
        return (value is not _MISSING) is bool(operand)
    if value is _MISSING:
        return False
    return _operator(operator, operand, value)


def _operator(operator: str, operand: Any, value: Any) -> bool:
    match operator:
        case "anything-but":
            if isinstance(operand, Mapping):
                return not _rule(operand, value)
            return value not in (operand if isinstance(operand, list) else [operand])
        case "prefix":
            return isinstance(value, str) and value.startswith(operand)
        case "suffix":
            return isinstance(value, str) and value.endswith(operand)
        case "equals-ignore-case":
            return isinstance(value, str) and value.lower() == operand.lower()
        case "wildcard":
            return isinstance(value, str) and fnmatch.fnmatchcase(value, operand)
        case "numeric":
            return isinstance(value, int | float) and _numeric(operand, value)
    raise ValueError(f"expected an operator of EventBridge patterns, got {operator!r}")


def _numeric(conditions: list[Any], value: float) -> bool:
    comparisons = {
        "=": lambda bound: value == bound,
        "<": lambda bound: value < bound,
        "<=": lambda bound: value <= bound,
        ">": lambda bound: value > bound,
        ">=": lambda bound: value >= bound,
    }
    pairs = zip(conditions[::2], conditions[1::2], strict=True)
    return all(comparisons[sign](bound) for sign, bound in pairs)
