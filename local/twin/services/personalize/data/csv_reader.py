"""Read the CSV files of an import job and check them against the dataset's schema."""

import io
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from local.twin.services.personalize.dataset_schema import DatasetSchema, SchemaField
from local.twin.services.personalize.errors import JobFailedError

NOT_CONFORMING = (
    "Input csv has rows that do not conform to the dataset schema. Please ensure all required data fields "
    "are present and that they are of the type specified in the schema."
)
ARROW_TYPES = {
    "string": pa.string(),
    "int": pa.int32(),
    "long": pa.int64(),
    "float": pa.float64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
}
LATEST_SECOND = 10_000_000_000
MAX_CATEGORY_LENGTH = 1000
MAX_ID_LENGTH = 256
IDS = frozenset({"USER_ID", "ITEM_ID"})


def read_csv(files: Iterable[tuple[str, bytes]], schema: DatasetSchema) -> pa.Table:
    """Return all files as one table with the schema's columns; raises JobFailedError with the reason."""
    tables = [_read_file(name, content, schema) for name, content in files]
    if not tables:
        raise JobFailedError("No CSV file was found at the data location.")
    return pa.concat_tables(tables)


def _read_file(name: str, content: bytes, schema: DatasetSchema) -> pa.Table:
    try:
        raw = csv.read_csv(
            io.BytesIO(content),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                default_column_type=pa.string(), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowInvalid as error:
        raise JobFailedError(f"{NOT_CONFORMING} {name}: {error}") from None
    missing = [field.name for field in schema.fields if field.name not in raw.column_names]
    if missing:
        raise JobFailedError(f"Input csv is missing the following columns: [{', '.join(missing)}]")
    return pa.table({field.name: _convert(name, raw[field.name], field) for field in schema.fields})


def _convert(file: str, column: pa.ChunkedArray, field: SchemaField) -> pa.ChunkedArray:
    where = f"{file}, column {field.name}"
    if column.null_count and not field.nullable:
        raise JobFailedError(f"{NOT_CONFORMING} {where}: {column.null_count} values are missing.")
    try:
        converted = pc.cast(column, ARROW_TYPES[field.type])
    except pa.ArrowInvalid as error:
        raise JobFailedError(f"{NOT_CONFORMING} {where}: {error}") from None
    if not len(converted):
        return converted
    if field.type == "string":
        longest = pc.max(pc.utf8_length(converted)).as_py() or 0
        if longest > (MAX_ID_LENGTH if field.name in IDS else MAX_CATEGORY_LENGTH) and not field.textual:
            raise JobFailedError(f"{NOT_CONFORMING} {where}: a value has {longest} characters.")
    if "TIMESTAMP" in field.name and (pc.max(converted).as_py() or 0) > LATEST_SECOND:
        raise JobFailedError(f"{NOT_CONFORMING} {where}: timestamps are in seconds since 1970.")
    return converted
