"""What S3 holds about a viewer is found, exported and erased; everything else stays as it was."""

import gzip
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from domain.viewer_request import Purpose, ViewerRequest
from glue_jobs.viewer_objects import (
    parse_places,
    read_request,
    serve_version,
    versions,
    write_result,
)

VIEWER, OTHER = "fan-1", "fan-10"
FOLDER = "s3://privacy/requests/one/"
PLACES = "clickstream=s3://raw/interactions/ failed=s3://raw/errors/ datasets=s3://curated/datasets/"


def lines(*viewers: str) -> bytes:
    return "".join(
        json.dumps({"viewer_id": viewer, "n": at}) + "\n" for at, viewer in enumerate(viewers)
    ).encode()


def parquet(*viewers: str | None) -> bytes:
    table = pa.table({"viewer_id": pa.array(viewers, pa.string()), "impression": [["a", "b"]] * len(viewers)})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, row_group_size=2)
    return buffer.getvalue()


HISTORY = lines(OTHER, VIEWER, OTHER)
DATASET = f'USER_ID,TEXT\n{OTHER},"two\nlines"\n{VIEWER},"two\nlines"\ncohort:x,{VIEWER}\n'
ROWS = parquet(OTHER, VIEWER, None, VIEWER, OTHER)
OBJECTS: dict[tuple[str, str], bytes] = {
    ("raw", "interactions/a.json"): HISTORY,
    ("raw", "interactions/b.json.gz"): gzip.compress(HISTORY),
    ("raw", "interactions/c.parquet"): ROWS,
    ("raw", "interactions/d.parquet"): ROWS[: len(ROWS) // 2],
    ("raw", "interactions/of-others.parquet"): parquet(OTHER),
    ("raw", "interactions/_SUCCESS"): b"",
    ("raw", "errors/e"): lines(VIEWER),
    ("curated", "datasets/interactions/part.csv"): DATASET.encode(),
    ("curated", "catalogue/components.json"): lines(VIEWER),
}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        for bucket in ("raw", "curated", "privacy"):
            client.create_bucket(Bucket=bucket)
        yield client
        client.close()


def serve(s3: Any, purpose: Purpose) -> dict[str, Any]:
    asked = ViewerRequest(viewer_id=VIEWER, purpose=purpose, requested_at=datetime(2026, 6, 11, tzinfo=UTC))
    s3.put_object(
        Bucket="privacy", Key="requests/one/request.json", Body=json.dumps(asked.to_dict()).encode()
    )
    request, places = read_request(s3, FOLDER), parse_places(s3, PLACES)
    assert request == asked
    found = list(versions(s3, places, old=request.erases))
    write_result(s3, FOLDER, places, [serve_version(s3, version, request, FOLDER) for version in found])
    result: dict[str, Any] = json.loads(body(s3, "privacy", "requests/one/objects.json"))
    return result


def body(s3: Any, bucket: str, key: str) -> bytes:
    content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content


def put_all(s3: Any) -> None:
    for (bucket, key), content in OBJECTS.items():
        s3.put_object(Bucket=bucket, Key=key, Body=content)


def keys(s3: Any, bucket: str) -> list[str]:
    return [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


@pytest.mark.parametrize("versioned", [False, True])
def test_an_erasure_takes_the_viewers_records_only_and_leaves_no_old_version(
    s3: Any, versioned: bool
) -> None:
    # GIVEN objects of every format, in buckets with or without versions, and an older version of one
    if versioned:
        for bucket in ("raw", "curated"):
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket="raw", Key="interactions/of-others.parquet", Body=parquet(OTHER, VIEWER))
    put_all(s3)
    # WHEN the viewer is erased
    result = serve(s3, Purpose.ERASE)
    # THEN the others' records are as they were, byte for byte in text
    assert body(s3, "raw", "interactions/a.json") == HISTORY.replace(
        lines("", VIEWER).splitlines(True)[1], b""
    )
    assert gzip.decompress(body(s3, "raw", "interactions/b.json.gz")) == body(
        s3, "raw", "interactions/a.json"
    )
    rows = pq.read_table(io.BytesIO(body(s3, "raw", "interactions/c.parquet"))).to_pylist()
    assert [row["viewer_id"] for row in rows] == [OTHER, None, OTHER]
    assert all(row["impression"] == ["a", "b"] for row in rows)
    dataset = body(s3, "curated", "datasets/interactions/part.csv").decode()
    assert dataset == DATASET.replace(f'{VIEWER},"two\nlines"\n', "")
    # AND objects outside the places, of other viewers, empty or damaged are not touched
    for bucket, key in (
        ("raw", "interactions/of-others.parquet"),
        ("raw", "interactions/d.parquet"),
        ("raw", "interactions/_SUCCESS"),
        ("curated", "catalogue/components.json"),
    ):
        assert body(s3, bucket, key) == OBJECTS[bucket, key]
    # AND an object with nothing left is gone, and no version names the viewer any more
    assert "errors/e" not in keys(s3, "raw")
    again = serve(s3, Purpose.ERASE)
    assert [counts["records"] for counts in again.values()] == [0, 0, 0]
    # AND the result says what was found where, and which object could not be read
    assert result["clickstream"] == {
        "records": 5 if versioned else 4,
        "objects": 4 if versioned else 3,
        "unreadable": ["interactions/d.parquet"],
    }
    assert result["failed"]["records"] == result["datasets"]["records"] == 1


def test_an_export_copies_every_record_and_changes_nothing(s3: Any) -> None:
    put_all(s3)
    result = serve(s3, Purpose.EXPORT)
    assert {name: counts["records"] for name, counts in result.items()} == {
        "clickstream": 4,
        "failed": 1,
        "datasets": 1,
    }
    found = [
        json.loads(line)
        for key in keys(s3, "privacy")
        if "/found/" in key
        for line in body(s3, "privacy", key).splitlines()
    ]
    assert len(found) == 6
    assert {json.dumps(entry).count(VIEWER) > 0 for entry in found} == {True}
    assert {place: body(s3, *place) for place in OBJECTS} == OBJECTS


def test_a_copy_of_a_line_names_nobody_else(s3: Any) -> None:
    refused = {"rawData": json.dumps({"viewer_ids": [OTHER, VIEWER]})}
    s3.put_object(Bucket="raw", Key="errors/e", Body=json.dumps(refused).encode())
    assert serve(s3, Purpose.EXPORT)["failed"]["records"] == 1
    assert OTHER not in body(s3, "privacy", "requests/one/found/failed/errors_e.jsonl").decode()


def test_an_object_that_was_replaced_meanwhile_is_not_overwritten(s3: Any) -> None:
    put_all(s3)
    request = ViewerRequest(
        viewer_id=VIEWER, purpose=Purpose.ERASE, requested_at=datetime(2026, 6, 11, tzinfo=UTC)
    )
    listed = next(
        version
        for version in versions(s3, parse_places(s3, PLACES), old=True)
        if version.key.endswith("a.json")
    )
    newer = lines(VIEWER, OTHER, "newer")
    s3.put_object(Bucket="raw", Key="interactions/a.json", Body=newer)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        serve_version(s3, listed, request, FOLDER)
    assert body(s3, "raw", "interactions/a.json") == newer
