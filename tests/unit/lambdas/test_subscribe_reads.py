"""What `subscribe` reads: the match once a second, and still no version is missed."""

import json
from typing import Any

import boto3
import pytest

from domain.context import MatchContext, initial_context, merge
from domain.controls import Controls
from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.handlers import subscribe
from lambdas.handlers.composition import stores
from tests.support import aws, builders, fakes
from tests.support.lambda_context import LambdaContext

MATCH = builders.a_match()


@pytest.fixture
def clock() -> fakes.FrozenClock:
    return fakes.FrozenClock()


@pytest.fixture
def writer(resources: dict[str, str], clock: fakes.FrozenClock) -> DynamoMatchStore:
    """The store of another function, which has announced the match and written its first version."""
    store = DynamoMatchStore(boto3.client("dynamodb"), "matches", clock)
    store.put_match(MATCH)
    assert store.put_context(version(1), {})
    return store


@pytest.fixture
def reader(writer: DynamoMatchStore, clock: fakes.FrozenClock) -> DynamoMatchStore:
    """The store of an environment of `subscribe`."""
    store = DynamoMatchStore(client("dynamodb"), "matches", clock)
    stores.match_store.supply(store)
    return store


def version(number: int) -> MatchContext:
    context = initial_context(MATCH)
    for goal in range(1, number + 1):
        merged = merge(context, MATCH, [builders.a_moment(goal)])
        assert merged is not None
        context = merged
    assert context.version == number
    return context


def subscribed(runtime: LambdaContext, connection_id: str) -> dict[str, Any]:
    event = {
        "requestContext": {"connectionId": connection_id, "authorizer": {"viewerId": connection_id}},
        "body": json.dumps({"action": "subscribe", "matchId": MATCH.id}),
    }
    reply: dict[str, Any] = json.loads(subscribe.handler(event, runtime)["body"])
    return reply


def test_an_environment_reads_the_match_once_a_second(
    reader: DynamoMatchStore, clock: fakes.FrozenClock, runtime: LambdaContext
) -> None:
    subscribed(runtime, "c0")
    with aws.calls_of("dynamodb") as operations:
        for number in range(1, 10):
            assert subscribed(runtime, f"c{number}")["version"] == 1
    assert "Query" not in operations
    clock.sleep(1)
    with aws.calls_of("dynamodb") as operations:
        assert subscribed(runtime, "c10")["version"] == 1
    assert operations.count("Query") == 1


def test_a_version_that_was_dispatched_before_the_subscription_is_in_the_snapshot(
    reader: DynamoMatchStore, writer: DynamoMatchStore, runtime: LambdaContext
) -> None:
    # GIVEN an environment that has read the match
    assert subscribed(runtime, "c1")["version"] == 1
    # WHEN the next version is written, and its dispatch has ended before another viewer subscribes
    assert writer.put_context(version(2), {})
    assert subscribed(runtime, "c2")["version"] == 2
    # THEN the next dispatch finds that viewer with the version of the snapshot
    rows = boto3.client("dynamodb").scan(TableName="connections")["Items"]
    assert [row["last_version"] for row in rows if row["sk"]["S"] == "c2"] == [{"N": "2"}]


def test_the_highest_numbers_are_never_below_what_is_written(writer: DynamoMatchStore) -> None:
    assert writer.highest_numbers(MATCH.id) == (1, 0)
    # GIVEN writers of the same number, of which one fails
    assert writer.put_context(version(2), {})
    assert not writer.put_context(version(2), {})
    assert not writer.put_context(version(1), {})
    assert writer.put_controls(Controls(match_id=MATCH.id, revision=1))
    assert writer.highest_numbers(MATCH.id) == (2, 1)


def test_controls_that_changed_are_read(
    reader: DynamoMatchStore, writer: DynamoMatchStore, runtime: LambdaContext
) -> None:
    subscribed(runtime, "c1")
    assert writer.put_controls(Controls(match_id=MATCH.id, revision=1))
    with aws.calls_of("dynamodb") as operations:
        subscribed(runtime, "c2")
    assert operations.count("Query") == 1
    assert reader.recent_match_state(MATCH.id)[2].revision == 1


def test_a_state_is_recent_for_a_second(reader: DynamoMatchStore, clock: fakes.FrozenClock) -> None:
    before = reader.recent_match_state(MATCH.id)
    clock.sleep(0.999)
    assert reader.recent_match_state(MATCH.id) is before
    clock.sleep(0.001)
    assert reader.recent_match_state(MATCH.id) is not before
