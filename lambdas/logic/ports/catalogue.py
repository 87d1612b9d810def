"""Components, popularity and constraints that the business publishes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from domain.component import Component
from domain.constraint import Constraint


class Catalogue(Protocol):
    """The published components, popularity and constraints."""

    def components(self) -> Mapping[str, Component]:
        """Return every component by its id."""

    def constraints(self) -> Sequence[Constraint]:
        """Return every business constraint."""

    def popularity(self, cell: str) -> tuple[str, ...]:
        """Return component ids by popularity in a context cell; empty if the cell is unknown."""


class ComponentIds(Protocol):
    """The ids of components."""

    def known(self, component_ids: Collection[str]) -> frozenset[str]:
        """Return those ids that belong to components."""


class CatalogueStore(Protocol):
    """Writes what the business publishes."""

    def replace_components(self, components: Sequence[Component]) -> None:
        """Replace all components."""

    def replace_constraints(self, constraints: Sequence[Mapping[str, Any]]) -> None:
        """Replace all constraints."""

    def replace_popularity(self, popularity: Mapping[str, Sequence[str]]) -> None:
        """Replace the popular components of every context cell."""


class Files(Protocol):
    """Files in the curated bucket."""

    def text(self, key: str) -> str:
        """Return the text of one file; raises InvalidFieldError if it is not UTF-8."""

    def parts(self, folder: str, suffix: str) -> Iterable[str]:
        """Return the texts of all files with this suffix in a folder."""
