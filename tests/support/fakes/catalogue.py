"""In-memory catalogues of components."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from domain.component import Component
from domain.constraint import Constraint


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
