"""A connection has one pace for what it reports, and neither leaves nor divides it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from domain.errors import RateExceededError
from domain.interaction_rate import InteractionRate
from domain.sight import Sight
from domain.subscription import Subscription
from lambdas.adapters.dynamo_connections import DynamoConnectionStore
from tests.support import builders

NOW = builders.KICK_OFF
POLL = Sight(component_id="poll", version=1, at=NOW)
RATE = InteractionRate(per_second=10)
FIRST, SECOND = "turkey-italy", "other-match"


@pytest.fixture
def store(resources: dict[str, str]) -> DynamoConnectionStore:
    return DynamoConnectionStore(boto3.client("dynamodb"), "connections", shards=3)


def subscribe(store: DynamoConnectionStore, match_id: str = FIRST, connection_id: str = "c1") -> None:
    store.subscribe(
        Subscription(
            match_id=match_id,
            connection_id=connection_id,
            viewer=builders.a_viewer(),
            expires_at=NOW + timedelta(hours=2),
        )
    )


def report(
    store: DynamoConnectionStore,
    match_id: str = FIRST,
    *,
    count: int = 10,
    now: datetime = NOW,
    connection_id: str = "c1",
    sights: Sequence[Sight] = (),
) -> Subscription | None:
    return store.record_acts(
        match_id,
        connection_id,
        sights=sights,
        has_chosen=False,
        busy_for=RATE.cost(count),
        now=now,
    )


def reported(store: DynamoConnectionStore, match_id: str = FIRST, *, now: datetime = NOW) -> int:
    """Report ten after ten until they are refused; return how many were accepted."""
    for messages in range(100):
        try:
            assert report(store, match_id, now=now) is not None
        except RateExceededError:
            return 10 * messages
    return 1_000


def rows() -> list[dict[str, Any]]:
    found: list[Any] = boto3.client("dynamodb").scan(TableName="connections")["Items"]
    return [row for row in found if not row["pk"]["S"].startswith("VIEWER#")]


def test_who_unsubscribes_and_subscribes_again_is_as_busy_as_before(store: DynamoConnectionStore) -> None:
    subscribe(store)
    assert reported(store) == RATE.at_once == 50
    for _ in range(10):
        store.unsubscribe(FIRST, "c1")
        subscribe(store)
        assert reported(store) == 0
    # AND reports as before once a second has passed
    assert reported(store, now=NOW + timedelta(seconds=1)) == 10


@pytest.mark.parametrize("leaves", [False, True])
def test_matches_of_a_connection_share_its_pace(store: DynamoConnectionStore, leaves: bool) -> None:
    # GIVEN a connection that follows ten matches, and may have left the first
    matches = [FIRST, *(f"match-{number}" for number in range(9))]
    for match_id in matches:
        subscribe(store, match_id)
    if leaves:
        store.unsubscribe(FIRST, "c1")
    followed = matches[1:] if leaves else matches
    # THEN it reports no more than one that follows one match, now and a second later
    assert sum(reported(store, match_id) for match_id in followed) == 50
    later = NOW + timedelta(seconds=1)
    assert sum(reported(store, match_id, now=later) for match_id in reversed(followed)) == 10
    # AND another connection is not held up
    subscribe(store, FIRST, "c2")
    assert report(store, connection_id="c2") is not None


def test_what_is_refused_for_its_pace_is_not_recorded(store: DynamoConnectionStore) -> None:
    for match_id in (FIRST, SECOND):
        subscribe(store, match_id)
        reported(store, match_id)
        with pytest.raises(RateExceededError):
            report(store, match_id, sights=[POLL])
        accepted = report(store, match_id, count=0)
        assert accepted is not None
        assert accepted.exposures == {}


def test_acts_of_a_second_match_are_recorded_there(store: DynamoConnectionStore) -> None:
    for match_id in (FIRST, SECOND):
        subscribe(store, match_id)
    second = report(store, SECOND, sights=[POLL])
    first = report(store, FIRST)
    assert first is not None
    assert second is not None
    assert (list(first.exposures), list(second.exposures)) == ([], ["poll"])


def test_an_ended_subscription_takes_nothing_and_gets_nothing(store: DynamoConnectionStore) -> None:
    for match_id in (FIRST, SECOND):
        subscribe(store, match_id)
        report(store, match_id, sights=[POLL])
        for _ in range(2):
            store.unsubscribe(match_id, "c1")
        assert report(store, match_id) is None
        assert report(store, match_id, count=0) is None
        assert store.subscription(match_id, "c1", NOW) is None
        pages = [store.subscriber_page(match_id, shard, None, 10, NOW) for shard in range(3)]
        assert pages == [([], None)] * 3
    # AND who was never subscribed is not either
    store.unsubscribe(FIRST, "c9")
    assert {row["sk"]["S"] for row in rows()} == {"CONNECTION", "c1"}
    # WHEN it begins again, THEN what was seen before counts once
    subscribe(store)
    again = report(store, now=NOW + timedelta(seconds=9))
    assert again is not None
    assert {name: each.count for name, each in again.exposures.items()} == {"poll": 1}


def test_a_connection_that_ends_leaves_no_rows(store: DynamoConnectionStore) -> None:
    assert store.add_connection("c1", builders.a_viewer(), NOW + timedelta(hours=1), now=NOW, limit=1)
    for match_id in (FIRST, SECOND):
        subscribe(store, match_id)
    store.unsubscribe(FIRST, "c1")
    # AND the row of a subscription of an earlier release
    subscribe(store, "old-match", "c2")
    client = boto3.client("dynamodb")
    (shard,) = (row["pk"]["S"].rsplit("#")[-1] for row in rows() if row["sk"]["S"] == "c2")
    key = {"pk": {"S": "CONNECTION#c2"}, "sk": {"S": "MATCH#old-match"}}
    client.put_item(TableName="connections", Item={**key, "shard": {"N": shard}})
    client.delete_item(TableName="connections", Key={**key, "sk": {"S": "CONNECTION"}})
    for connection_id in ("c1", "c2"):
        store.remove_connection(connection_id)
    assert rows() == []
