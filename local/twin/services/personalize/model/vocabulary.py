"""Situations and items as numbers: which columns of the weights a context, a user and an item switch on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

Situation = tuple[str | None, ...]


def values_of(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The categories that a field holds; several are joined by `|`."""
    value = fields.get(name)
    return () if value is None else tuple(part for part in str(value).split("|") if part)


@dataclass(slots=True)
class SituationVocabulary:
    """Tokens of a situation: each context value, each trait, and each pair of a context value and a trait."""

    context_columns: tuple[str, ...]
    trait_columns: tuple[str, ...]
    _tokens: dict[tuple[str, ...], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._tokens) + 1

    def encode(self, context: Situation, traits: Situation, *, learn: bool = False) -> list[int]:
        """Token numbers of a situation; token 0 is always on, values never seen in training have none."""
        said = [(name, value) for name, value in zip(self.context_columns, context, strict=True) if value]
        told = [(name, value) for name, value in zip(self.trait_columns, traits, strict=True) if value]
        keys: list[tuple[str, ...]] = [*said, *told]
        keys += [(*one, *other) for one, other in product(said, told)]
        keys += [(*one, *other) for at, one in enumerate(said) for other in said[at + 1 :]]
        if learn:
            return [0] + [self._tokens.setdefault(key, len(self._tokens) + 1) for key in keys]
        return [0] + [self._tokens[key] for key in keys if key in self._tokens]


@dataclass(slots=True)
class ItemVocabulary:
    """Aspects of an item: its id, and each category that its dataset gives it."""

    columns: tuple[str, ...]
    _aspects: dict[tuple[str, str], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._aspects)

    def encode(self, item_id: str, fields: Mapping[str, Any], *, learn: bool = False) -> list[int]:
        """Aspect numbers of an item."""
        keys = [("ITEM_ID", item_id)]
        keys += [(name, value) for name in self.columns for value in values_of(fields, name)]
        if learn:
            return [self._aspects.setdefault(key, len(self._aspects)) for key in keys]
        return [self._aspects[key] for key in keys if key in self._aspects]


def traits_of(fields: Mapping[str, Any] | None, columns: Iterable[str]) -> Situation:
    """The user's categories in the columns' order; None where nothing is known."""
    known = fields or {}
    return tuple(None if known.get(name) is None else str(known[name]) for name in columns)


def context_of(values: Mapping[str, str] | None, columns: Sequence[str]) -> Situation:
    """The context's values in the columns' order, whatever the case of their names."""
    given = {name.upper(): value for name, value in (values or {}).items()}
    return tuple(given.get(name.upper()) for name in columns)
