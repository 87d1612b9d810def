"""Between two matches of a soak, only what would expire by then is deleted."""

import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from benchmarks.rig.passing_time import let_days_pass

REGION, DAY = "eu-central-1", 86_400


class Account:
    """What `let_days_pass` uses of a twin."""

    edge_url = ""
    outputs: dict[str, dict[str, str]] = {}  # noqa: RUF012 - never written

    def client(self, service: str) -> Any:
        return boto3.client(service, REGION)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An account with one table that has a time to live, and one that has none."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        account = Account()
        dynamodb = account.client("dynamodb")
        for table in ("matches", "components"):
            dynamodb.create_table(
                TableName=table,
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        dynamodb.update_time_to_live(
            TableName="matches", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
        )
        yield account


def put(account: Account, table: str, name: str, expires_in: float | None) -> None:
    item = {"pk": {"S": name}}
    if expires_in is not None:
        item["expires_at"] = {"N": str(int(time.time() + expires_in))}
    account.client("dynamodb").put_item(TableName=table, Item=item)


def test_items_that_expire_within_the_days_go_and_others_stay(account: Account) -> None:
    for number in range(30):
        put(account, "matches", f"log {number}", 3 * DAY)
    put(account, "matches", "next season", 200 * DAY)
    put(account, "matches", "for ever", None)
    put(account, "components", "quiz", 3 * DAY)
    assert let_days_pass(account, 31) == 30
    left = {
        item["pk"]["S"]
        for table in ("matches", "components")
        for item in account.client("dynamodb").scan(TableName=table)["Items"]
    }
    assert left == {"next season", "for ever", "quiz"}
