"""The Avro schemas of the three datasets, with the context columns of the registry."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from domain.registry import CONTEXT_REGISTRY, ContextRegistry

NAMESPACE = "com.amazonaws.personalize.schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetSchema:
    """The schema of one dataset."""

    dataset_type: str
    fields: tuple[dict[str, Any], ...]

    @property
    def avro(self) -> str:
        """The schema as Avro JSON."""
        return json.dumps(
            {
                "type": "record",
                "name": self.dataset_type,
                "namespace": NAMESPACE,
                "fields": list(self.fields),
                "version": "1.0",
            }
        )

    @property
    def fingerprint(self) -> str:
        """Eight digits of the schema's hash, for its name: a schema cannot be changed, only replaced."""
        return hashlib.sha256(self.avro.encode()).hexdigest()[:8]


def dataset_schemas(registry: ContextRegistry = CONTEXT_REGISTRY) -> tuple[DatasetSchema, ...]:
    """Return the schemas of interactions, users and items."""
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
                *registry.avro_fields(),
            ),
        ),
        DatasetSchema(
            dataset_type="Users",
            fields=(
                _text("USER_ID"),
                *(_category(name) for name in ("FAVOURITE_TEAM", "AGE_BAND", "COUNTRY", "TIER")),
            ),
        ),
        # Without CREATION_TIMESTAMP, which must not be null and is not in the catalogue. Personalize then
        # uses the time of an item's first interaction.
        DatasetSchema(
            dataset_type="Items",
            fields=(
                _text("ITEM_ID"),
                *(_category(name) for name in ("COMPONENT_TYPE", "SLOT", "CATEGORIES", "PARTNER")),
            ),
        ),
    )


def _text(name: str) -> dict[str, Any]:
    return {"name": name, "type": "string"}


def _category(name: str) -> dict[str, Any]:
    return {"name": name, "type": ["null", "string"], "categorical": True}
