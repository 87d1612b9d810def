"""The registry keeps within the limits of Amazon Personalize."""

import pytest

from domain.errors import InvalidFieldError, RegistryError
from domain.registry import CONTEXT_REGISTRY, ContextColumn, ContextRegistry, Facet

FACET = Facet(name="f", vocabulary=("a", "b"))


def column(name: str) -> ContextColumn:
    return ContextColumn(name=name, facets=(FACET,))


def test_a_sixth_column_is_refused() -> None:
    with pytest.raises(RegistryError, match="at most 5 columns"):
        ContextRegistry(*(column(f"COLUMN_{letter}") for letter in "ABCDEF"))


@pytest.mark.parametrize("name", ["lower", "WITH-DASH", "", "TRAILING_"])
def test_a_column_name_that_is_not_snake_case_is_refused(name: str) -> None:
    with pytest.raises(RegistryError, match="SNAKE_CASE"):
        ContextRegistry(column(name))


def test_a_column_without_values_is_refused() -> None:
    with pytest.raises(RegistryError, match="facets with values"):
        ContextRegistry(ContextColumn(name="EMPTY", facets=()))


def test_a_value_with_a_separator_is_refused() -> None:
    bad = Facet(name="f", vocabulary=("a|b",))
    with pytest.raises(RegistryError, match="without"):
        ContextRegistry(ContextColumn(name="PIPED", facets=(bad,)))


def test_a_duplicate_column_name_is_refused() -> None:
    with pytest.raises(RegistryError, match="unique column names"):
        ContextRegistry(column("SAME"), column("SAME"))


def test_facets_share_a_column() -> None:
    shared = ContextColumn(name="BOTH", facets=(FACET, Facet(name="g", vocabulary=("c",))))
    assert shared.vocabulary == ("a@c", "b@c")


def test_camel_names_map_to_the_columns() -> None:
    assert [column.camel for column in CONTEXT_REGISTRY.columns] == [
        "matchEvent",
        "scoreDifference",
        "matchPhase",
        "teamComposition",
        "occasion",
    ]


def test_values_are_validated_by_name() -> None:
    values = {each.name: each.vocabulary[0] for each in CONTEXT_REGISTRY.columns}
    assert CONTEXT_REGISTRY.validate(values) == values
    with pytest.raises(InvalidFieldError, match=r"columns\.OCCASION"):
        CONTEXT_REGISTRY.validate({**values, "OCCASION": "the pub"})
    with pytest.raises(InvalidFieldError, match=r"columns\.WEATHER"):
        CONTEXT_REGISTRY.validate({**values, "WEATHER": "rain"})
