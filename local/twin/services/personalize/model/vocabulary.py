"""Vocabularies: the numbers of contexts, traits and items in the model's weights.

A situation is a context together with a user's traits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

Situation = tuple[str | None, ...]


def values_of(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the categories of a field; `|` separates them."""
    value = fields.get(name)
    return () if value is None else tuple(part for part in str(value).split("|") if part)


@dataclass(slots=True)
class SituationVocabulary:
    """Tokens of situations: each context value and trait, and each pair with a context value in it."""

    context_columns: tuple[str, ...]
    trait_columns: tuple[str, ...]
    _tokens: dict[tuple[str, ...], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._tokens) + 1

    def encode(self, context: Situation, traits: Situation, *, learn: bool = False) -> list[int]:
        """Return the token numbers of a situation; 0 is always among them, unknown values have none."""
        context_keys = [
            (name, value) for name, value in zip(self.context_columns, context, strict=True) if value
        ]
        trait_keys = [(name, value) for name, value in zip(self.trait_columns, traits, strict=True) if value]
        keys: list[tuple[str, ...]] = [*context_keys, *trait_keys]
        keys += [(*one, *other) for one, other in product(context_keys, trait_keys)]
        keys += [(*one, *other) for at, one in enumerate(context_keys) for other in context_keys[at + 1 :]]
        if learn:
            return [0] + [self._tokens.setdefault(key, len(self._tokens) + 1) for key in keys]
        return [0] + [self._tokens[key] for key in keys if key in self._tokens]

    def orders(self) -> list[int]:
        """Return how many contexts and traits each token joins, by its number: none, one or two."""
        return [0, *(len(key) // 2 for key in self._tokens)]


@dataclass(slots=True)
class ItemVocabulary:
    """Aspects of items: the id and each category."""

    columns: tuple[str, ...]
    _aspects: dict[tuple[str, str], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._aspects)

    def encode(self, item_id: str, fields: Mapping[str, Any], *, learn: bool = False) -> list[int]:
        """Return the aspect numbers of an item; unknown aspects have none."""
        keys = [("ITEM_ID", item_id)]
        keys += [(name, value) for name in self.columns for value in values_of(fields, name)]
        if learn:
            return [self._aspects.setdefault(key, len(self._aspects)) for key in keys]
        return [self._aspects[key] for key in keys if key in self._aspects]


def traits_of(fields: Mapping[str, Any] | None, columns: Iterable[str]) -> Situation:
    """Return the user's traits in the order of the columns; None if unknown."""
    known = fields or {}
    return tuple(None if known.get(name) is None else str(known[name]) for name in columns)


def context_of(values: Mapping[str, str] | None, columns: Sequence[str]) -> Situation:
    """Return the context's values in the order of the columns; names match in any case."""
    given = {name.upper(): value for name, value in (values or {}).items()}
    return tuple(given.get(name.upper()) for name in columns)
