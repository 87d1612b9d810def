"""Record format conversion: Parquet with the columns of a Glue table, and an error file for other records."""

import base64
import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from local.twin.poll_triggers import PollTriggers
from local.twin.services.firehose.delivery_stream import DeliveryStream
from local.twin.services.firehose.hive_types import arrow_type
from local.twin.services.firehose.record_format import RefusedRecord, parquet
from local.twin.services.firehose.service import FirehoseService

NOW = datetime(2026, 6, 11, 19, 5, 9, tzinfo=UTC)
COLUMNS = {
    "viewer_id": "string",
    "match_id": "string",
    "version": "int",
    "value": "double",
    "holdout": "boolean",
    "impression": "array<string>",
    "columns": "map<string,string>",
    "placements": "array<struct<slot:string,rank:int,pool:array<string>>>",
}
SCHEMA = pa.schema([(name, arrow_type(text)) for name, text in COLUMNS.items()])
GOOD = {
    "viewer_id": "v1",
    "match_id": "m1",
    "version": 3,
    "value": 1,
    "holdout": False,
    "impression": ["a", "b"],
    "columns": {"MATCH_EVENT": "goal"},
    "placements": [{"slot": "overlay", "rank": 1, "pool": ["a"], "extra": "field"}],
    "unknown": "dropped",
}


def read(body: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(body)).to_pylist()
    return rows


def test_a_record_becomes_a_row_and_map_keys_keep_their_case() -> None:
    body, refused = parquet([json.dumps(GOOD).encode(), b'{"viewer_id": "v2"}'], SCHEMA)
    assert refused == []
    first, second = read(body)
    assert first["columns"] == [("MATCH_EVENT", "goal")]
    assert first["placements"] == [{"slot": "overlay", "rank": 1, "pool": ["a"]}]
    assert (first["value"], first["version"], first["impression"]) == (1.0, 3, ["a", "b"])
    assert second == {**dict.fromkeys(COLUMNS), "viewer_id": "v2"}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"no json", "expected JSON"),
        (b"[1]", "expected an object"),
        (b'{"version": "three"}', "version: expected int32"),
        (b'{"holdout": 1}', "holdout: expected bool"),
        (b'{"columns": "goal"}', "columns: expected an object"),
        (b'{"placements": [{"rank": 1.5}]}', r"placements\[0\].rank: expected int32"),
    ],
)
def test_a_record_that_does_not_match_the_schema_is_refused_with_the_reason(
    record: bytes, reason: str
) -> None:
    body, (refused,) = parquet([record], SCHEMA)
    assert body == b""
    kept = json.loads(refused.line(NOW))
    assert base64.b64decode(kept["rawData"]) == record
    assert re.search(reason, kept["lastErrorMessage"])


class Calls:
    """S3 and Glue in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def acting_as(self, caller: object) -> "Calls":
        return self

    async def json(self, service: str, operation: str, value: dict[str, Any]) -> dict[str, Any]:
        assert (service, operation, value) == ("glue", "GetTable", {"DatabaseName": "d", "Name": "clicks"})
        columns = [{"Name": name, "Type": text} for name, text in COLUMNS.items()]
        return {"Table": {"StorageDescriptor": {"Columns": columns}}}

    async def put_object(self, bucket: str, key: str, body: bytes, headers: dict[str, str]) -> None:
        self.objects[key] = body


async def test_a_buffer_is_partitioned_by_match_and_refused_records_go_to_the_error_prefix() -> None:
    # GIVEN a stream with format conversion, partitioning by match and an error prefix
    query = {"ParameterName": "MetadataExtractionQuery", "ParameterValue": "{match_id:.match_id}"}
    declared = {
        "BucketARN": "arn:aws:s3:::raw",
        "Prefix": "clicks/date=!{timestamp:yyyy-MM-dd}/match_id=!{partitionKeyFromQuery:match_id}/",
        "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/date=!{timestamp:yyyy-MM-dd}/",
        "FileExtension": ".parquet",
        "ProcessingConfiguration": {"Processors": [{"Type": "MetadataExtraction", "Parameters": [query]}]},
        "DataFormatConversionConfiguration": {
            "Enabled": True,
            "SchemaConfiguration": {"DatabaseName": "d", "TableName": "clicks"},
        },
    }
    stream = DeliveryStream.from_properties(
        {"ExtendedS3DestinationConfiguration": declared}, name="clicks", arn="arn:any"
    )
    calls = Calls()
    firehose = FirehoseService(calls=calls, triggers=PollTriggers())  # type: ignore[arg-type]
    await firehose.put_delivery_stream(stream)
    # WHEN records of two matches, one of a wrong type, one without a match and one not in JSON are delivered
    for record in (GOOD, {**GOOD, "match_id": "m2"}, {**GOOD, "version": "x"}, {"viewer_id": "v"}):
        firehose.put_record("clicks", json.dumps(record).encode())
    firehose.put_record("clicks", b"nonsense")
    assert await firehose.flush() == 5
    await firehose.close()
    # THEN each match has its Parquet file, and the refused records have an error file for each kind
    kinds = {key.split("/date=")[0]: body for key, body in calls.objects.items() if key.startswith("errors")}
    data = [key for key in calls.objects if key.startswith("clicks/")]
    assert sorted(key.split("/")[2] for key in data) == ["match_id=m1", "match_id=m2"]
    assert all(key.endswith(".parquet") and read(calls.objects[key]) for key in data)
    assert {kind: body.count(b"\n") for kind, body in kinds.items()} == {
        "errors/format-conversion-failed": 1,
        "errors/metadata-extraction-failed": 2,
    }


def test_a_record_without_its_partition_key_is_refused() -> None:
    query = {"ParameterName": "MetadataExtractionQuery", "ParameterValue": "{m:.match_id}"}
    processing = {"Processors": [{"Type": "MetadataExtraction", "Parameters": [query]}]}
    declared = {"BucketARN": "arn:aws:s3:::raw", "ProcessingConfiguration": processing}
    stream = DeliveryStream.from_properties({"S3DestinationConfiguration": declared}, name="s", arn="a")
    assert isinstance(stream.partition(b'{"match_id": null}'), RefusedRecord)
