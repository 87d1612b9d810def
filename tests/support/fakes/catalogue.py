"""In-memory catalogues of components."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.component import Component
from domain.constraint import Constraint

MAX_SORT_KEY_BYTES, MAX_ITEM_BYTES = 1_024, 400 * 1_024
"""Limits of DynamoDB. Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""


@dataclass
class InMemoryCatalogue:
    known: dict[str, Component] = field(default_factory=dict)
    rules: list[Constraint] = field(default_factory=list)
    popular: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def of(*components: Component) -> "InMemoryCatalogue":
        return InMemoryCatalogue(known={component.id: component for component in components})

    def components(self) -> Mapping[str, Component]:
        return self.known

    def constraints(self) -> Sequence[Constraint]:
        return self.rules

    def popularity(self, cell: str) -> tuple[str, ...]:
        return self.popular.get(cell, ())


class EveryComponent:
    """Treats every id as a component."""

    def known(self, component_ids: Collection[str]) -> frozenset[str]:
        return frozenset(component_ids)


@dataclass
class InMemoryCatalogueStore:
    """Published rows as the tables hold them, within DynamoDB's limits."""

    components: dict[str, str] = field(default_factory=dict)
    constraints: dict[str, str] = field(default_factory=dict)
    popularity: dict[str, str] = field(default_factory=dict)

    def replace_components(self, components: Sequence[Component]) -> None:
        self.components = _rows({component.id: component.to_dict() for component in components})

    def replace_constraints(self, constraints: Sequence[Mapping[str, Any]]) -> None:
        self.constraints = _rows({rule["id"]: dict(rule) for rule in constraints})

    def replace_popularity(self, popularity: Mapping[str, Sequence[str]]) -> None:
        self.popularity = _rows({cell: list(ids) for cell, ids in popularity.items()})


@dataclass
class InMemoryFiles:
    """Files by key, as text."""

    files: dict[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        return self.files[key]

    def parts(self, folder: str, suffix: str) -> Iterable[str]:
        names = sorted(self.files)
        return [self.files[name] for name in names if name.startswith(folder) and name.endswith(suffix)]


def _rows(bodies: Mapping[str, object]) -> dict[str, str]:
    rows = {key: json.dumps(body) for key, body in bodies.items()}
    for key, body in rows.items():
        assert 0 < len(key.encode()) <= MAX_SORT_KEY_BYTES
        assert len(key.encode()) + len(body.encode()) < MAX_ITEM_BYTES - 1_024
    return rows
