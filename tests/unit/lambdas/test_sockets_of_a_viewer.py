"""A viewer has a bounded number of connections, whether or not their ends are reported."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from domain.metrics import Metric
from lambdas.adapters.dynamo_connections import DynamoConnectionStore
from lambdas.handlers import connect, disconnect
from tests.support import builders
from tests.support.lambda_context import LambdaContext

LIMIT, NOW = 3, builders.KICK_OFF
LIFE, AT_ONCE = timedelta(hours=2), timedelta(0)


@pytest.fixture
def store(resources: dict[str, str]) -> DynamoConnectionStore:
    return DynamoConnectionStore(boto3.client("dynamodb"), "connections", shards=3)


def opens(
    store: DynamoConnectionStore, number: int, viewer: int = 1, after: timedelta = timedelta(0)
) -> bool:
    """Open a connection; return whether it was stored."""
    return store.add_connection(
        f"c{number}", builders.a_viewer(viewer), NOW + after + LIFE, now=NOW + after, limit=LIMIT
    )


def event(number: int) -> dict[str, Any]:
    return {"requestContext": {"connectionId": f"c{number}", "authorizer": {"viewerId": "mallory"}}}


def test_a_hundred_and_twenty_sockets_of_one_token_are_bounded(
    resources: dict[str, str], runtime: LambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [connect.handler(event(number), runtime) for number in range(120)]
    assert [answer["statusCode"] for answer in answers] == [200] * 20 + [429] * 100
    assert answers[-1]["body"] == "expected at most 20 connections of one viewer"
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert sum(entry.get(Metric.CONNECTIONS_TOO_MANY, [0])[0] for entry in counted) == 100
    # AND the refused ones have no rows
    rows = boto3.client("dynamodb").scan(TableName="connections")["Items"]
    assert sum(row["sk"]["S"] == "CONNECTION" for row in rows) == 20
    # WHEN one ends, THEN there is room for one
    disconnect.handler(event(7), runtime)
    assert [connect.handler(event(number), runtime)["statusCode"] for number in (120, 121)] == [200, 429]


def test_each_viewer_has_connections_of_their_own(store: DynamoConnectionStore) -> None:
    for viewer in (1, 2):
        assert [opens(store, 10 * viewer + number, viewer) for number in range(4)] == [True] * 3 + [False]


def test_a_connection_whose_end_was_not_reported_counts_until_its_life_is_over(
    store: DynamoConnectionStore,
) -> None:
    assert all(opens(store, number, after=timedelta(minutes=number)) for number in range(LIMIT))
    assert not opens(store, 3, after=LIFE - timedelta(seconds=1))
    assert opens(store, 4, after=LIFE)
    assert not opens(store, 5, after=LIFE)


def test_a_connection_that_a_post_found_closed_counts_no_longer(store: DynamoConnectionStore) -> None:
    assert all(opens(store, number) for number in range(LIMIT))
    store.drop_subscriber("turkey-italy", 0, "c1")
    assert opens(store, 3)
    assert not opens(store, 4)


def test_a_connection_that_ends_twice_makes_room_once(store: DynamoConnectionStore) -> None:
    assert all(opens(store, number) for number in range(LIMIT))
    for _ in range(2):
        store.remove_connection("c1")
    assert [opens(store, number) for number in (3, 4)] == [True, False]
