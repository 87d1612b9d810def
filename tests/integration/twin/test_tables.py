"""The patches of moto's DynamoDB do not change its answers."""

from typing import Any

import pytest

from local.twin.twin import Twin

pytestmark = pytest.mark.twin

ROW: dict[str, Any] = {
    "match": {"S": "final"},
    "name": {"S": "ann"},
    "age": {"N": "33"},
    "is_engaged": {"BOOL": True},
    "seal": {"B": b"\x00\xff"},
    "tags": {"SS": ["a", "b"]},
    "traits": {"M": {"team": {"S": "Italy"}, "seats": {"L": [{"N": "7"}, {"S": "east"}]}}},
}


@pytest.fixture(scope="module")
def table(twin: Twin) -> str:
    names = (("match", "HASH"), ("name", "RANGE"))
    twin.client("dynamodb").create_table(
        TableName="projected",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in names],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names],
    )
    twin.client("dynamodb").put_item(TableName="projected", Item=ROW)
    return "projected"


@pytest.mark.parametrize(
    ("expression", "names", "expected"),
    [
        ("age, seal, tags, #t", {"#t": "traits"}, ("age", "seal", "tags", "traits")),
        ("is_engaged, absent", {}, ("is_engaged",)),
        ("absent", {}, ()),
    ],
)
def test_a_query_returns_the_projected_attributes(
    twin: Twin, table: str, expression: str, names: dict[str, str], expected: tuple[str, ...]
) -> None:
    assert _projected(twin, table, expression, names) == {name: ROW[name] for name in expected}


def test_a_query_returns_projected_parts_of_an_attribute(twin: Twin, table: str) -> None:
    found = _projected(twin, table, "traits.team, age", {})

    assert found == {"traits": {"M": {"team": {"S": "Italy"}}}, "age": {"N": "33"}}


def test_a_projection_does_not_change_the_item(twin: Twin, table: str) -> None:
    _projected(twin, table, "age", {})

    kept = twin.client("dynamodb").get_item(TableName=table, Key={"match": ROW["match"], "name": ROW["name"]})

    assert kept["Item"] == ROW


def _projected(twin: Twin, table: str, expression: str, names: dict[str, str]) -> Any:
    (row,) = twin.client("dynamodb").query(
        TableName=table,
        KeyConditionExpression="#match = :match",
        ExpressionAttributeNames={"#match": "match", **names},
        ExpressionAttributeValues={":match": ROW["match"]},
        ProjectionExpression=expression,
    )["Items"]
    return row


def test_a_query_leaves_what_is_inside_an_item_to_later_updates(twin: Twin, table: str) -> None:
    # GIVEN an item that a query has returned
    dynamodb = twin.client("dynamodb")
    item = {**ROW, "name": {"S": "bob"}}
    dynamodb.put_item(TableName=table, Item=item)
    query = {
        "TableName": table,
        "KeyConditionExpression": "#m = :m AND #n = :n",
        "ExpressionAttributeNames": {"#m": "match", "#n": "name"},
        "ExpressionAttributeValues": {":m": {"S": "final"}, ":n": {"S": "bob"}},
    }
    assert dynamodb.query(**query)["Items"] == [item]

    # WHEN a part of it is updated
    dynamodb.update_item(
        TableName=table,
        Key={"match": {"S": "final"}, "name": {"S": "bob"}},
        UpdateExpression="SET traits.team = :team",
        ExpressionAttributeValues={":team": {"S": "Turkey"}},
    )

    # THEN the next query has the update and the rest as it was
    traits = {"M": {**ROW["traits"]["M"], "team": {"S": "Turkey"}}}
    assert dynamodb.query(**query)["Items"] == [{**item, "traits": traits}]
