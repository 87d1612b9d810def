"""The Avro schemas of the three datasets, with the context columns of the registry."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

NAMESPACE = "com.amazonaws.personalize.schema"
ADDED_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {"Users": (), "Items": ()}
"""Columns that a dataset got after it was created, oldest first.

Personalize adds only nullable columns, removes none and changes none, and never in Interactions:
https://docs.aws.amazon.com/personalize/latest/dg/updating-dataset-schema.html
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetSchema:
    """The schema of one dataset."""

    dataset_type: str
    fields: tuple[dict[str, Any], ...]
    """The fields with which the dataset is created; they never change."""
    added_fields: tuple[dict[str, Any], ...] = ()

    @property
    def first(self) -> "DatasetSchema":
        """The schema with which the dataset is created."""
        return replace(self, added_fields=())

    @property
    def avro(self) -> str:
        """The schema as Avro JSON."""
        return json.dumps(
            {
                "type": "record",
                "name": self.dataset_type,
                "namespace": NAMESPACE,
                "fields": [*self.fields, *self.added_fields],
                "version": "1.0",
            }
        )

    @property
    def fingerprint(self) -> str:
        """Eight digits of the schema's hash, for its name: a schema cannot be changed, only replaced."""
        return hashlib.sha256(self.avro.encode()).hexdigest()[:8]


def dataset_schemas(columns: Sequence[str]) -> tuple[DatasetSchema, ...]:
    """Return the schemas of interactions, with these context columns, users and items."""
    return (
        DatasetSchema(
            dataset_type="Interactions",
            fields=(
                _text("USER_ID"),
                _text("ITEM_ID"),
                {"name": "TIMESTAMP", "type": "long"},
                _text("EVENT_TYPE"),
                {"name": "IMPRESSION", "type": ["null", "string"]},
                {"name": "RECOMMENDATION_ID", "type": ["null", "string"]},
                *(_category(name) for name in columns),
            ),
        ),
        DatasetSchema(
            dataset_type="Users",
            fields=(
                _text("USER_ID"),
                *(_category(name) for name in ("FAVOURITE_TEAM", "AGE_BAND", "COUNTRY", "TIER")),
            ),
            added_fields=tuple(_category(name) for name in ADDED_COLUMNS["Users"]),
        ),
        # Without CREATION_TIMESTAMP, which must not be null and is not in the catalogue. Personalize then
        # uses the time of an item's first interaction.
        DatasetSchema(
            dataset_type="Items",
            fields=(
                _text("ITEM_ID"),
                *(_category(name) for name in ("COMPONENT_TYPE", "SLOT", "CATEGORIES", "PARTNER")),
            ),
            added_fields=tuple(_category(name) for name in ADDED_COLUMNS["Items"]),
        ),
    )


def _text(name: str) -> dict[str, Any]:
    return {"name": name, "type": "string"}


def _category(name: str) -> dict[str, Any]:
    return {"name": name, "type": ["null", "string"], "categorical": True}
