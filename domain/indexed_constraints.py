"""Constraints with an index by component, so that a component is checked against those about it alone."""

import functools
from collections.abc import Sequence

from domain.component import Component
from domain.constraint import Constraint


class IndexedConstraints(tuple[Constraint, ...]):
    """Constraints in their order. Keep one instance for many choices: the index fills as they ask."""

    @staticmethod
    def of(constraints: Sequence[Constraint]) -> "IndexedConstraints":
        """Return these constraints with an index: the same instance if they have one."""
        return constraints if isinstance(constraints, IndexedConstraints) else IndexedConstraints(constraints)

    def about(self, component: Component) -> Sequence[Constraint]:
        """Return the constraints that select the component, on either side of a slot conflict."""
        known, found = self._index.get(component.id, (None, ()))
        if known is not component:  # a new edition of the component may be selected by others
            found = tuple(rule for rule in self if _is_about(rule, component))
            self._index[component.id] = component, found
        return found

    @functools.cached_property
    def _index(self) -> dict[str, tuple[Component, tuple[Constraint, ...]]]:
        return {}


def _is_about(rule: Constraint, component: Component) -> bool:
    return rule.selector.selects(component) or (rule.other is not None and rule.other.selects(component))
