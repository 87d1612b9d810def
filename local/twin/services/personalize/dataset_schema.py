"""Parse Avro schemas of datasets and check them against the rules of Personalize.

https://docs.aws.amazon.com/personalize/latest/dg/how-it-works-dataset-schema.html
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from local.twin.services.personalize.errors import InvalidInputError

NAMESPACE = "com.amazonaws.personalize.schema"
TYPES = frozenset({"string", "int", "long", "float", "double", "boolean"})
NUMBERS = frozenset({"int", "long", "float", "double"})
FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
REQUIRED: dict[str, dict[str, frozenset[str]]] = {
    "INTERACTIONS": {
        "USER_ID": frozenset({"string"}),
        "ITEM_ID": frozenset({"string"}),
        "TIMESTAMP": frozenset({"long"}),
    },
    "USERS": {"USER_ID": frozenset({"string"})},
    "ITEMS": {"ITEM_ID": frozenset({"string"})},
}
RESERVED: dict[str, dict[str, frozenset[str]]] = {
    "INTERACTIONS": {
        "EVENT_TYPE": frozenset({"string"}),
        "EVENT_VALUE": frozenset({"float", "double"}),
        "IMPRESSION": frozenset({"string"}),
        "RECOMMENDATION_ID": frozenset({"string"}),
        "EVENT_ATTRIBUTION_SOURCE": frozenset({"string"}),
    },
    "USERS": {},
    "ITEMS": {"CREATION_TIMESTAMP": frozenset({"long"})},
}
NEVER_NULL = frozenset({"EVENT_TYPE", "CREATION_TIMESTAMP"})
"""Reserved fields that must not be nullable: https://docs.aws.amazon.com/personalize/latest/dg/custom-datasets-and-schemas.html."""
MAX_METADATA = {"INTERACTIONS": 5, "USERS": 25, "ITEMS": 100}
MAX_TEXTUAL = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaField:
    """One column; `textual` means free text."""

    name: str
    type: str
    nullable: bool = False
    categorical: bool = False
    textual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetSchema:
    """The columns of a dataset; `dataset_type` is INTERACTIONS, USERS or ITEMS."""

    dataset_type: str
    fields: tuple[SchemaField, ...]

    def field(self, name: str) -> SchemaField | None:
        """Return the column with this name in any case."""
        return next((field for field in self.fields if field.name.upper() == name.upper()), None)

    @property
    def metadata(self) -> tuple[SchemaField, ...]:
        """The columns that are neither required nor reserved."""
        known = REQUIRED[self.dataset_type] | RESERVED[self.dataset_type]
        return tuple(field for field in self.fields if field.name not in known)

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the categorical metadata columns."""
        return tuple(field.name for field in self.metadata if field.categorical)


def parse_schema(text: str) -> DatasetSchema:
    """Parse an Avro schema; raises InvalidInputError with the rule that it breaks."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"Schema is not valid JSON: {error}") from None
    if not isinstance(document, dict) or document.get("type") != "record":
        raise InvalidInputError("Schema: expected an Avro record with a name, a namespace and fields.")
    if document.get("namespace") != NAMESPACE:
        raise InvalidInputError(f"Schema: expected namespace {NAMESPACE}, got {document.get('namespace')!r}.")
    dataset_type = str(document.get("name")).upper()
    if dataset_type not in REQUIRED:
        raise InvalidInputError(
            f"Schema: expected the name Interactions, Users or Items, got {document.get('name')!r}."
        )
    rows = document.get("fields")
    if not isinstance(rows, list) or not rows:
        raise InvalidInputError("Schema: expected a list of fields.")
    schema = DatasetSchema(dataset_type=dataset_type, fields=tuple(_read_field(row) for row in rows))
    _check(schema)
    return schema


def _read_field(row: Any) -> SchemaField:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        raise InvalidInputError(f"Schema: expected a field with a name and a type, got {row!r}.")
    name = row["name"]
    if not FIELD_NAME.fullmatch(name):
        raise InvalidInputError(f"Schema: expected a field name of letters, digits and _, got {name!r}.")
    types = row.get("type")
    union = [types] if isinstance(types, str) else types
    if not isinstance(union, list) or not all(isinstance(kind, str) for kind in union):
        raise InvalidInputError(f"Schema: field {name}: schemas are flat, got type {types!r}.")
    kinds = [kind for kind in union if kind != "null"]
    if len(kinds) != 1 or kinds[0] not in TYPES:
        allowed = ", ".join(sorted(TYPES))
        raise InvalidInputError(f"Schema: field {name}: expected one type of {allowed}, got {types!r}.")
    return SchemaField(
        name=name,
        type=kinds[0],
        nullable="null" in union,
        categorical=bool(row.get("categorical", False)),
        textual=bool(row.get("textual", False)),
    )


def _check(schema: DatasetSchema) -> None:
    names = [field.name for field in schema.fields]
    if len(set(names)) != len(names):
        raise InvalidInputError("Schema: expected unique field names, got a name twice.")
    fields = {field.name: field for field in schema.fields}
    for name, kinds in REQUIRED[schema.dataset_type].items():
        if name not in fields:
            raise InvalidInputError(f"Schema is missing the required field {name}.")
        if fields[name].type not in kinds or fields[name].nullable:
            raise InvalidInputError(
                f"Schema: field {name}: expected {' or '.join(sorted(kinds))}, not nullable."
            )
    for name, kinds in RESERVED[schema.dataset_type].items():
        if name in fields and fields[name].type not in kinds:
            raise InvalidInputError(f"Schema: field {name}: expected {' or '.join(sorted(kinds))}.")
        if name in fields and name in NEVER_NULL and fields[name].nullable:
            raise InvalidInputError(f"Schema: field {name}: it must not be nullable.")
    if "EVENT_TYPE" in fields and fields["EVENT_TYPE"].categorical:
        raise InvalidInputError("Schema: field EVENT_TYPE: it must not be categorical.")
    for field in schema.fields:
        if (field.categorical or field.textual) and field.type != "string":
            raise InvalidInputError(
                f"Schema: field {field.name}: only a string can be categorical or textual."
            )
    textual = sum(field.textual for field in schema.fields)
    if textual > MAX_TEXTUAL:
        raise InvalidInputError(f"Schema: expected at most {MAX_TEXTUAL} textual field, got {textual}.")
    limit = MAX_METADATA[schema.dataset_type]
    if len(schema.metadata) > limit:
        raise InvalidInputError(
            f"Schema: expected at most {limit} metadata fields, got {len(schema.metadata)}."
        )
    if schema.dataset_type != "INTERACTIONS" and not schema.metadata:
        raise InvalidInputError("Schema: expected at least one metadata field.")
