"""Documents of audiences in S3, and their conditional writes."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from domain.channel import document_key
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from lambdas.adapters.s3_documents import S3AudienceDocuments
from lambdas.logic.document_writer import DocumentWriter
from lambdas.logic.errors import DocumentConflictError
from tests.support import fakes
from tests.support.aws import REGION

BUCKET = "documents"
ADDRESS = "0123abcd"


@pytest.fixture
def documents(resources: dict[str, str]) -> S3AudienceDocuments:
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return S3AudienceDocuments(client, BUCKET)


def test_a_document_is_read_as_it_was_written(documents: S3AudienceDocuments) -> None:
    assert documents.read(ADDRESS) == (None, None)
    assert documents.write(ADDRESS, {"title": "Müller"}, None)
    document, edition = documents.read(ADDRESS)
    assert document == {"title": "Müller"}
    assert edition is not None


def test_the_edge_keeps_a_document_for_a_second(documents: S3AudienceDocuments) -> None:
    documents.write(ADDRESS, {}, None)
    stored = boto3.client("s3").get_object(Bucket=BUCKET, Key=document_key(ADDRESS))
    assert (stored["CacheControl"], stored["ContentType"]) == ("max-age=1", "application/json")


def test_a_document_that_has_changed_is_not_replaced(documents: S3AudienceDocuments) -> None:
    documents.write(ADDRESS, {"version": 1}, None)
    _, edition = documents.read(ADDRESS)
    assert documents.write(ADDRESS, {"version": 2}, edition)
    assert not documents.write(ADDRESS, {"version": 3}, edition)
    assert not documents.write(ADDRESS, {"version": 3}, None)
    assert documents.read(ADDRESS)[0] == {"version": 2}


def test_a_document_that_is_gone_is_not_replaced(documents: S3AudienceDocuments) -> None:
    documents.write(ADDRESS, {}, None)
    _, edition = documents.read(ADDRESS)
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=document_key(ADDRESS))
    assert not documents.write(ADDRESS, {}, edition)


def test_other_faults_are_raised(resources: dict[str, str]) -> None:
    elsewhere = S3AudienceDocuments(boto3.client("s3"), "no-such-bucket")
    with pytest.raises(ClientError):
        elsewhere.write(ADDRESS, {}, None)
    with pytest.raises(ClientError):
        elsewhere.read(ADDRESS)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "{",
        '"text"',
        "\ud800".encode("utf-8", "surrogatepass"),
        "[" * 100_000,
        "{}",
        '{"version": 1, "moment": "goal", "media": {}}',
        '{"version": "1"}',
        '{"version": 1, "missed": 7}',
        '{"version": 1, "missed": [[]]}',
    ],
)
def test_a_document_that_cannot_be_merged_with_is_replaced_and_reported(
    documents: S3AudienceDocuments, stored: str | bytes
) -> None:
    # GIVEN a document in a form that this version of the code does not know
    boto3.client("s3").put_object(Bucket=BUCKET, Key=document_key(ADDRESS), Body=stored)
    telemetry = fakes.RecordedTelemetry()
    writer = DocumentWriter(documents=documents, telemetry=telemetry, sleep=fakes.FrozenClock().sleep)
    # WHEN the next versions are written
    assert writer.add(ADDRESS, a_message(2), ())
    assert writer.add(ADDRESS, a_message(3), ())
    # THEN they are there
    document, _ = documents.read(ADDRESS)
    assert document is not None
    assert [document["version"], *(each["version"] for each in document["missed"])] == [3, 2]
    assert telemetry.counts[Metric.STORED_ROWS_UNREADABLE] == 1


def test_a_message_of_a_wrong_form_replaces_nothing(documents: S3AudienceDocuments) -> None:
    telemetry = fakes.RecordedTelemetry()
    writer = DocumentWriter(documents=documents, telemetry=telemetry, sleep=fakes.FrozenClock().sleep)
    writer.add(ADDRESS, a_message(2), ())
    with pytest.raises(InvalidFieldError, match="notBefore"):
        writer.add(ADDRESS, {**a_message(3), "media": {}}, ())
    assert (documents.read(ADDRESS)[0] or {})["version"] == 2
    assert telemetry.counts == {}


def a_message(version: int) -> dict[str, Any]:
    minute = f"2021-06-11T20:{version:02d}:00.000Z"
    return {
        "version": version,
        "moment": None,
        "media": {"notBefore": minute, "validUntil": "2021-06-11T21:00:00.000Z"},
        "snapshot": False,
        "components": [],
        "candidates": [],
        "conflicts": [],
        "rotation": 0,
    }


def test_concurrent_versions_never_lose_one_another(documents: S3AudienceDocuments) -> None:
    # GIVEN versions whose windows begin within the longest rewind
    clock = fakes.FrozenClock()
    with ThreadPoolExecutor(4) as pool:
        writer = DocumentWriter(documents=documents, telemetry=fakes.RecordedTelemetry(), sleep=clock.sleep)
        list(pool.map(lambda version: writer.add(ADDRESS, a_message(version), ()), [3, 1, 4, 2]))
    document, _ = documents.read(ADDRESS)
    assert document is not None
    assert document["version"] == 4
    assert [each["version"] for each in document["missed"]] == [1, 2, 3]


def test_a_writer_gives_up_a_document_that_others_keep_changing() -> None:
    class Contended(fakes.InMemoryDocuments):
        def write(self, address: str, document: Mapping[str, Any], edition: str | None) -> bool:
            return False

    writer = DocumentWriter(
        documents=Contended(), telemetry=fakes.RecordedTelemetry(), sleep=fakes.FrozenClock().sleep
    )
    with pytest.raises(DocumentConflictError, match="document of 0123abcd: gave up after 8 write conflicts"):
        writer.add(ADDRESS, a_message(1), ())
