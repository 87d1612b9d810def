"""Record format conversion: JSON records to Parquet with the columns of a Glue table."""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from local.twin.services.firehose.hive_types import SchemaMismatchError, arrow_type, converted


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRecord:
    """A record that Firehose could not deliver; `kind` is a part of the path of its error file."""

    kind: str
    code: str
    reason: str
    record: bytes

    def line(self, now: datetime) -> bytes:
        """Return the record's line in the error file.

        https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-error-handling.html
        """
        at = int(now.timestamp() * 1000)
        document = {
            "attemptsMade": 1,
            "arrivalTimestamp": at,
            "lastErrorCode": self.code,
            "lastErrorMessage": self.reason,
            "attemptEndingTimestamp": at,
            "rawData": base64.b64encode(self.record).decode(),
        }
        return json.dumps(document).encode() + b"\n"


def table_schema(table: Mapping[str, Any]) -> pa.Schema:
    """Return the columns of a Glue GetTable answer."""
    columns = table["Table"]["StorageDescriptor"]["Columns"]
    return pa.schema([(column["Name"], arrow_type(column["Type"])) for column in columns])


def parquet(records: Sequence[bytes], schema: pa.Schema) -> tuple[bytes, list[RefusedRecord]]:
    """Return a Parquet file of the records that match the schema (b"" if none), and the refused records."""
    rows: list[dict[str, Any]] = []
    refused: list[RefusedRecord] = []
    for record in records:
        try:
            rows.append(_row(record, schema))
        except SchemaMismatchError as error:
            refused.append(
                RefusedRecord(
                    kind="format-conversion-failed",
                    code="DataFormatConversion.ParseError",
                    reason=str(error),
                    record=record,
                )
            )
    if not rows:
        return b"", refused
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), file, compression="snappy")
    return file.getvalue(), refused


def _row(record: bytes, schema: pa.Schema) -> dict[str, Any]:
    try:
        value = json.loads(record)
    except ValueError as error:
        raise SchemaMismatchError(f"expected JSON: {error}") from None
    if not isinstance(value, dict):
        raise SchemaMismatchError(f"expected an object, got {value!r}")
    return {each.name: converted(value.get(each.name), each.type, each.name) for each in schema}
