"""Checks each setting of a stage against the type and the rules that its field declares."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Protocol, Union, get_args, get_origin, get_type_hints

from stacks.errors import StageConfigError

KINDS = {bool: "True or False", int: "a whole number", float: "a number", str: "a string"}


class Rule(Protocol):
    """What the values of a field must be, beyond their type."""

    @property
    def expected(self) -> str:
        """The rule, as the error says it."""

    def accepts(self, value: Any) -> bool:
        """True if the value follows the rule."""


@dataclass(frozen=True, slots=True)
class Within:
    """A number between two bounds, which are included; no upper bound if `most` is None."""

    least: float
    most: float | None = None

    @property
    def expected(self) -> str:
        """The range."""
        return f"at least {self.least}" if self.most is None else f"a number from {self.least} to {self.most}"

    def accepts(self, value: float) -> bool:
        """True if the number is in the range."""
        return self.least <= value and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Matches:
    """A string that a pattern matches from its first character to its last."""

    pattern: str
    expected: str

    def accepts(self, value: str) -> bool:
        """True if the whole string matches."""
        return re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few values."""

    values: tuple[object, ...]

    @property
    def expected(self) -> str:
        """The values."""
        return "one of " + ", ".join(map(str, self.values))

    def accepts(self, value: object) -> bool:
        """True if the value is among them."""
        return value in self.values


Positive = Annotated[int, Within(1)]
"""A whole number of at least one."""
MailAddress = Annotated[str, Matches(r"[^@\s]+@[^@\s]+", "a mail address")]


def check_fields(settings: Any, path: str = "") -> None:
    """Raise StageConfigError, which names the field by its dotted path, for the first wrong value."""
    declared = get_type_hints(type(settings), include_extras=True)
    for field in fields(settings):
        name = f"{path}.{field.name}" if path else field.name
        _check(name, getattr(settings, field.name), declared[field.name])


def _check(field: str, value: object, declared: Any) -> None:
    kinds, is_optional = _alternatives(declared)
    if value is None and is_optional:
        return
    (kind,) = kinds
    otherwise = ", or None" if is_optional else ""
    rules: tuple[Rule, ...] = ()
    if get_origin(kind) is Annotated:
        kind, *given = get_args(kind)
        rules = tuple(given)
    if not _is_a(kind, value):
        raise StageConfigError(field, _described(kind) + otherwise, value)
    for rule in rules:
        if not rule.accepts(value):
            raise StageConfigError(field, rule.expected + otherwise, value)


def _alternatives(declared: Any) -> tuple[list[Any], bool]:
    """Return the type of a field, and whether None is accepted as well."""
    if get_origin(declared) not in (Union, UnionType):
        return [declared], False
    kinds = get_args(declared)
    return [kind for kind in kinds if kind is not NoneType], NoneType in kinds


def _is_a(kind: Any, value: object) -> bool:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is tuple:
        return isinstance(value, tuple) and all(_is_a(parts[0], each) for each in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            _is_a(part, each) for pair in value.items() for part, each in zip(parts, pair, strict=True)
        )
    if kind in (int, float):
        # True is an int in Python. Not a number and infinity are floats that no setting can have.
        numbers = (int, float) if kind is float else int
        return isinstance(value, numbers) and not isinstance(value, bool) and isfinite(value)
    return isinstance(value, kind)


def _described(kind: Any) -> str:
    if get_origin(kind) is tuple:
        return 'a tuple of strings, such as ("one",)'
    if get_origin(kind) is Mapping:
        return "a dictionary with strings as keys and values"
    if kind in KINDS:
        return KINDS[kind]
    if issubclass(kind, Enum):
        return "one of " + ", ".join(f"{kind.__name__}.{each.name}" for each in kind)
    return f"{kind.__name__}(...)"
