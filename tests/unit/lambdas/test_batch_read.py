"""Keys that DynamoDB leaves unprocessed are read again, with pauses and not for ever."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from lambdas.adapters.batch_read import ATTEMPTS, read_rows
from lambdas.adapters.errors import TableBusyError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEYS = [{"pk": {"S": name}} for name in ("a", "b")]
BUSY = {"UnprocessedKeys": {"t": {"Keys": KEYS[1:]}}}


@pytest.fixture
def client() -> "DynamoDBClient":
    made: DynamoDBClient = boto3.client("dynamodb", region_name="eu-west-1")
    return made


@pytest.fixture
def stubber(client: "DynamoDBClient") -> Iterator[Stubber]:
    with Stubber(client) as stubbed:
        yield stubbed


def answer(stubber: Stubber, *rows: dict[str, Any], **more: Any) -> None:
    stubber.add_response("batch_get_item", {"Responses": {"t": list(rows)}, **more})


def test_unprocessed_keys_are_read_again_after_a_pause(client: "DynamoDBClient", stubber: Stubber) -> None:
    answer(stubber, KEYS[0], **BUSY)
    answer(stubber, KEYS[1])
    pauses: list[float] = []
    assert list(read_rows(client, "t", KEYS, sleep=pauses.append)) == KEYS
    assert len(pauses) == 1


def test_a_table_that_stays_busy_is_an_error(client: "DynamoDBClient", stubber: Stubber) -> None:
    for _ in range(ATTEMPTS):
        answer(stubber, **BUSY)
    pauses: list[float] = []
    with pytest.raises(TableBusyError, match="table t: expected every row, 1 were left unread"):
        list(read_rows(client, "t", KEYS[1:], sleep=pauses.append))
    assert len(pauses) == ATTEMPTS - 1
