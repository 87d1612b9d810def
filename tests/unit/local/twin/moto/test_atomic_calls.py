"""Of writers at the same time who name one edition of an object, one wins; nobody reads half an item."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor

from local.twin.moto import atomic_calls

WRITERS = 8


def attempt(client: Any, number: int, **condition: str) -> str:
    body = f"{number} instead of {condition}".encode()  # The ETag is that of the content.
    try:
        client.put_object(Bucket="documents", Key="a", Body=body, **condition)
    except ClientError as error:
        return f"{error.response['ResponseMetadata']['HTTPStatusCode']} {error.response['Error']['Code']}"
    return "written"


@pytest.fixture(autouse=True)
def account() -> Iterator[None]:
    atomic_calls.install()
    with mock_aws():
        yield


@pytest.fixture
def client() -> Any:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="documents")
    return s3


def attempts(client: Any, **condition: str) -> list[str]:
    with ThreadPoolExecutor(WRITERS) as pool:
        return sorted(pool.map(lambda number: attempt(client, number, **condition), range(WRITERS)))


def test_one_of_many_creates_and_one_of_many_replaces(client: Any) -> None:
    one_wins = ["412 PreconditionFailed"] * (WRITERS - 1) + ["written"]
    assert attempts(client, IfNoneMatch="*") == one_wins
    for _ in range(3):
        edition = client.head_object(Bucket="documents", Key="a")["ETag"]
        assert attempts(client, IfMatch=edition) == one_wins


def test_what_is_gone_cannot_be_replaced(client: Any) -> None:
    assert attempt(client, 1, IfMatch='"abc"') == "404 NoSuchKey"


def test_no_reader_sees_half_of_a_new_item(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN an update that takes a while between the item's key and the rest of it
    execute = UpdateExpressionExecutor.execute

    def execute_later(self: Any, *args: Any) -> Any:
        time.sleep(0.01)
        return execute(self, *args)

    monkeypatch.setattr(UpdateExpressionExecutor, "execute", execute_later)
    dynamodb = boto3.client("dynamodb", region_name="us-east-1")
    dynamodb.create_table(
        TableName="rows",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )

    def write(number: int) -> None:
        dynamodb.update_item(
            TableName="rows",
            Key={"pk": {"S": str(number)}},
            UpdateExpression="SET one = :value, two = :value",
            ExpressionAttributeValues={":value": {"N": "1"}},
        )

    def read(number: int) -> list[Any]:
        item = dynamodb.get_item(TableName="rows", Key={"pk": {"S": str(number)}}).get("Item")
        return [*dynamodb.scan(TableName="rows")["Items"], *([item] if item else [])]

    with ThreadPoolExecutor(4) as pool:
        writes = pool.map(write, range(20))
        rows = [row for found in pool.map(read, range(20)) for row in found]
        list(writes)
    assert rows
    assert [row for row in rows if row.keys() != {"pk", "one", "two"}] == []
