"""The context registry: the one declaration of the context columns and their vocabularies.

The Avro schema, the ETL's columns, the detector's vocabulary, the request validator and the simulator are
derived from it. Amazon Personalize accepts at most five metadata columns in an interactions dataset
(https://docs.aws.amazon.com/personalize/latest/dg/interactions-datasets.html), so facets share columns.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from domain.errors import InvalidFieldError, RegistryError
from domain.match import Stage

MAX_COLUMNS = 5
MAX_VALUE_LENGTH = 1000
NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One property of a match that the recommender may use, and its possible values."""

    name: str
    vocabulary: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextColumn:
    """One metadata column of the interactions dataset; it carries one facet or several joined by `@`."""

    name: str
    facets: tuple[Facet, ...]

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Every value of the column."""
        return tuple("@".join(values) for values in product(*(facet.vocabulary for facet in self.facets)))

    @property
    def camel(self) -> str:
        """The column's name in the properties of a PutEvents call: matchEvent for MATCH_EVENT."""
        first, *rest = self.name.lower().split("_")
        return first + "".join(word.capitalize() for word in rest)


class ContextRegistry:
    """The context columns, checked against the limits of Amazon Personalize."""

    def __init__(self, *columns: ContextColumn) -> None:
        if len(columns) > MAX_COLUMNS:
            raise RegistryError(
                f"context registry: expected at most {MAX_COLUMNS} columns, the limit of an interactions "
                f"dataset, got {len(columns)}: {', '.join(column.name for column in columns)}"
            )
        if len({column.name for column in columns}) != len(columns):
            raise RegistryError("context registry: expected unique column names, got a duplicate")
        for column in columns:
            _check(column)
        self.columns = columns

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ContextColumn:
        """Return the column of a name; raises InvalidFieldError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise InvalidFieldError("column", "one of " + ", ".join(self.names), name)

    def validate(self, values: Mapping[str, str], path: str = "columns") -> dict[str, str]:
        """Return the values; raises if a column is missing or a value is not in its vocabulary."""
        for unknown in set(values) - set(self.names):
            raise InvalidFieldError(f"{path}.{unknown}", "one of " + ", ".join(self.names), unknown)
        for column in self.columns:
            if values.get(column.name) not in column.vocabulary:
                raise InvalidFieldError(
                    f"{path}.{column.name}", "one of " + ", ".join(column.vocabulary), values.get(column.name)
                )
        return dict(values)

    def keep_known(self, values: Mapping[str, object], path: str = "columns") -> dict[str, str]:
        """Return the values of the known columns, whichever they are: a newer version may know more of them.

        A column that is missing gets the first value of its vocabulary.
        """
        kept: dict[str, str] = {}
        for column in self.columns:
            value = values.get(column.name, column.vocabulary[0])
            if not isinstance(value, str) or len(value) > MAX_VALUE_LENGTH:
                raise InvalidFieldError(
                    f"{path}.{column.name}", f"text of at most {MAX_VALUE_LENGTH} characters", value
                )
            kept[column.name] = value
        return kept

    def cell(self, values: Mapping[str, str]) -> str:
        """Return the key of a context: the values in the order of the columns, joined by `/`."""
        return "/".join(values[name] for name in self.names)


def _check(column: ContextColumn) -> None:
    if not NAME.fullmatch(column.name):
        raise RegistryError(f"context column: expected a name in SNAKE_CASE, got {column.name!r}")
    if not column.facets or not all(facet.vocabulary for facet in column.facets):
        raise RegistryError(f"context column {column.name}: expected facets with values, got none")
    for value in column.vocabulary:
        if len(value) > MAX_VALUE_LENGTH or "|" in value or "/" in value:
            raise RegistryError(
                f"context column {column.name}: expected values of at most {MAX_VALUE_LENGTH} characters "
                f"without | and /, got {value!r}"
            )


MATCH_EVENT = Facet(
    name="match event",
    vocabulary=(
        "none",
        "kick_off",
        "goal",
        "goal_rush",
        "equaliser",
        "goal_disallowed",
        "penalty",
        "red_card",
        "yellow_card",
        "substitution",
        "injury",
        "level_late",
        "break",
        "full_time",
        "shoot_out",
        "crowd",
        "chance",
        "set_piece",
        "pressure",
        "var_check",
        "stoppage",
        "added_time",
        "last_minutes",
    ),
)
SCORE_DIFFERENCE = Facet(
    name="score difference",
    vocabulary=("home_by_two_or_more", "home_by_one", "level", "away_by_one", "away_by_two_or_more"),
)
MATCH_PHASE = Facet(
    name="match phase",
    vocabulary=(
        "before",
        "first_half",
        "half_time",
        "second_half",
        "last_five_minutes",
        "extra_time",
        "shoot_out",
        "finished",
    ),
)
TEAM_COMPOSITION = Facet(
    name="team composition", vocabulary=("even", "home_short", "away_short", "both_short")
)
MATCH_TYPE = Facet(name="match type", vocabulary=tuple(stage.value for stage in Stage))
VENUE = Facet(name="venue", vocabulary=("home_ground", "neutral_ground"))

CONTEXT_REGISTRY = ContextRegistry(
    ContextColumn(name="MATCH_EVENT", facets=(MATCH_EVENT,)),
    ContextColumn(name="SCORE_DIFFERENCE", facets=(SCORE_DIFFERENCE,)),
    ContextColumn(name="MATCH_PHASE", facets=(MATCH_PHASE,)),
    ContextColumn(name="TEAM_COMPOSITION", facets=(TEAM_COMPOSITION,)),
    ContextColumn(name="OCCASION", facets=(MATCH_TYPE, VENUE)),
)
