"""Delivery streams name and encode their objects as Firehose does."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from local.twin.services.firehose.delivery_stream import DeliveryStream

NOW = datetime(2026, 6, 11, 19, 5, 9, tzinfo=UTC)


def stream(**destination: Any) -> DeliveryStream:
    properties = {"ExtendedS3DestinationConfiguration": {"BucketARN": "arn:aws:s3:::raw", **destination}}
    return DeliveryStream.from_properties(properties, name="clicks", arn="arn:any")


def test_objects_get_a_prefix_of_the_hour_unless_the_prefix_has_a_time() -> None:
    assert stream(Prefix="raw/").key({}, NOW).startswith("raw/2026/06/11/19/clicks-1-2026-06-11-19-05-09-")


def test_time_and_partition_keys_fill_the_prefix() -> None:
    given = stream(Prefix="match=!{partitionKeyFromQuery:match}/d=!{timestamp:yyyy-MM-dd}/")

    assert given.key({"match": "m1"}, NOW).startswith("match=m1/d=2026-06-11/clicks-1-")


@pytest.mark.parametrize("text", ["{match:.detail.matchId}", '{"match":.detail.matchId}'])
def test_partition_keys_are_read_from_the_record(text: str) -> None:
    query = {"ParameterName": "MetadataExtractionQuery", "ParameterValue": text}
    given = stream(
        ProcessingConfiguration={"Processors": [{"Type": "MetadataExtraction", "Parameters": [query]}]}
    )

    assert given.partition(json.dumps({"detail": {"matchId": "m1"}}).encode()) == {"match": "m1"}


def test_records_are_delimited_and_compressed_as_declared() -> None:
    processors = {"Processors": [{"Type": "AppendDelimiterToRecord", "Parameters": []}]}
    given = stream(CompressionFormat="GZIP", ProcessingConfiguration=processors)

    assert gzip.decompress(given.encoded([b"1", b"2"])) == b"1\n2\n"
    assert given.key({}, NOW).endswith(".gz")
