"""What viewers have seen: counted once, on any connection, and kept when a connection ends."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from domain.choice import Exposure
from domain.sight import Sight
from domain.subscription import Subscription
from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_connections import DynamoConnectionStore
from lambdas.adapters.dynamo_exposures import MAX_OTHERS, MAX_SIGHTS
from tests.support import aws, builders

NOW = builders.KICK_OFF
MATCH = "turkey-italy"


@pytest.fixture
def store(resources: dict[str, str]) -> DynamoConnectionStore:
    return DynamoConnectionStore(client("dynamodb"), "connections", shards=3)


def subscribe(store: DynamoConnectionStore, connection_id: str) -> Subscription:
    return store.subscribe(
        Subscription(
            match_id=MATCH,
            connection_id=connection_id,
            viewer=builders.a_viewer(),
            expires_at=NOW + timedelta(hours=2),
        )
    )


def see(
    store: DynamoConnectionStore, connection_id: str, *, version: int | None = None, **seconds: float
) -> dict[str, Exposure]:
    """Record that components were seen so many seconds after kick-off; return all exposures.

    Without a version each is a placement of its own: that of the version with the number of its second.
    """
    sights = [
        Sight(component_id=name, version=int(after) if version is None else version, at=at(after))
        for name, after in seconds.items()
    ]
    subscription = store.record_acts(
        MATCH, connection_id, sights=sights, has_chosen=False, busy_for=timedelta(0), now=NOW
    )
    assert subscription is not None
    return dict(subscription.exposures)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def exposed(count: int, seconds: float) -> Exposure:
    return Exposure(count=count, last_at=at(seconds))


def test_a_repeated_message_counts_nothing_twice(store: DynamoConnectionStore) -> None:
    subscribe(store, "c1")
    for _ in range(2):
        seen = see(store, "c1", poll=1, quiz=2)
    assert seen == {"poll": exposed(1, 1), "quiz": exposed(1, 2)}
    assert see(store, "c1", poll=5)["poll"] == exposed(2, 5)


def test_many_exposures_are_counted_in_a_row_that_stays_small(store: DynamoConnectionStore) -> None:
    subscribe(store, "c1")
    for second in range(100):
        seen = see(store, "c1", poll=second)
        assert seen["poll"] == exposed(second + 1, second)
    row = _row("c1")
    assert len(row["seen"]["SS"]) < MAX_SIGHTS
    # AND a message that was counted long ago counts nothing when it is repeated
    assert see(store, "c1", poll=3)["poll"] == exposed(100, 99)


@pytest.mark.parametrize(
    "ended_by", ["disconnect", "unsubscribe", "a post to a closed connection", "nothing"]
)
def test_a_viewer_who_reconnects_has_seen_what_they_saw(store: DynamoConnectionStore, ended_by: str) -> None:
    # GIVEN a viewer of two connections, of which the older one ends in this way
    subscribe(store, "c1")
    see(store, "c1", poll=1, quiz=2)
    subscribe(store, "c2")
    see(store, "c2", poll=3)
    see(store, "c1", poll=4)
    match ended_by:
        case "disconnect":
            store.remove_connection("c1")
        case "unsubscribe":
            store.unsubscribe(MATCH, "c1")
        case "a post to a closed connection":
            store.drop_subscriber(MATCH, int(_row("c1")["pk"]["S"].rsplit("#")[-1]), "c1")
    # WHEN they connect again, THEN each exposure counts once
    total = {"poll": exposed(3, 4), "quiz": exposed(1, 2)}
    assert subscribe(store, "c3").exposures == total
    # AND it still does when every connection ends
    for connection_id in ("c1", "c2", "c3"):
        store.remove_connection(connection_id)
    assert subscribe(store, "c4").exposures == total


def test_a_connection_that_subscribes_again_has_seen_what_it_saw(store: DynamoConnectionStore) -> None:
    subscribe(store, "c1")
    see(store, "c1", poll=1)
    assert subscribe(store, "c1").exposures == {"poll": exposed(1, 1)}
    assert see(store, "c1", poll=2) == {"poll": exposed(2, 2)}
    store.remove_connection("c1")
    assert subscribe(store, "c2").exposures == {"poll": exposed(2, 2)}


def test_what_is_seen_on_one_screen_counts_on_all_of_the_viewers_screens(
    store: DynamoConnectionStore,
) -> None:
    # GIVEN a viewer of two devices, and another viewer
    subscribe(store, "phone")
    subscribe(store, "television")
    other = replace(builders.a_viewer(), viewer_id="another")
    store.subscribe(Subscription(match_id=MATCH, connection_id="c9", viewer=other, expires_at=at(7_200)))
    # WHEN a placement is seen on both, one after the other, and two more on one each
    see(store, "phone", version=1, poll=1)
    see(store, "television", version=1, poll=3)
    see(store, "phone", version=2, quiz=5)
    see(store, "television", version=2, chat=6)
    # THEN each counts once on both, and not for the other viewer
    seen = {"poll": exposed(1, 1), "quiz": exposed(1, 5), "chat": exposed(1, 6)}
    assert exposures(store, "phone") == exposures(store, "television") == seen
    assert exposures(store, "c9") == {}
    # AND a third device, and one after all have ended, start with the same
    assert subscribe(store, "tablet").exposures == seen
    for connection_id in ("phone", "television", "tablet"):
        store.remove_connection(connection_id)
    assert subscribe(store, "phone").exposures == seen


def test_sights_on_two_screens_count_once_however_many_they_are(store: DynamoConnectionStore) -> None:
    # GIVEN a viewer of two devices, one of which reports nothing
    for connection_id in ("phone", "television", "silent"):
        subscribe(store, connection_id)
    # WHEN far more is seen on the two, at about the same time, than a row's sets hold
    for version in range(1, 51):
        for name, late in (("phone", 0.0), ("television", 0.5)):
            see(store, name, version=version, poll=10 * version + late, quiz=10 * version + late)
    # THEN every placement counts once, and the rows are small
    total = {"poll": exposed(50, 500), "quiz": exposed(50, 500)}
    for connection_id in ("phone", "television", "silent"):
        assert exposures(store, connection_id) == total
        row = _row(connection_id)
        assert sum(len(row.get(name, {"SS": []})["SS"]) for name in ("seen", "seen_elsewhere")) < MAX_SIGHTS
    for connection_id in ("phone", "television", "silent"):
        store.remove_connection(connection_id)
    assert subscribe(store, "phone").exposures == total


def test_what_comes_again_and_again_is_told_once(store: DynamoConnectionStore) -> None:
    for connection_id in ("phone", "television"):
        subscribe(store, connection_id)
    with aws.calls_of("dynamodb") as operations:
        for second in range(1, 11):
            see(store, "phone", version=1, poll=second)
    assert len(operations) == 10 + 1
    assert exposures(store, "television") == {"poll": exposed(1, 1)}


def test_few_of_many_screens_are_told(store: DynamoConnectionStore) -> None:
    screens = [f"screen-{number}" for number in range(12)]
    for connection_id in screens:
        subscribe(store, connection_id)
    with aws.calls_of("dynamodb") as operations:
        see(store, screens[-1], version=1, poll=1)
    assert len(operations) == 1 + MAX_OTHERS


@pytest.mark.parametrize("ended_by", ["disconnect", "unsubscribe", "deletion by age"])
def test_a_connection_that_has_ended_is_told_nothing(store: DynamoConnectionStore, ended_by: str) -> None:
    subscribe(store, "phone")
    subscribe(store, "television")
    match ended_by:
        case "disconnect":
            store.remove_connection("phone")
        case "unsubscribe":
            store.unsubscribe(MATCH, "phone")
        case _:
            row = _row("phone")
            boto3.client("dynamodb").delete_item(
                TableName="connections", Key={"pk": row["pk"], "sk": row["sk"]}
            )
    assert see(store, "television", poll=1) == {"poll": exposed(1, 1)}
    assert "other_connections" not in _row("television")
    if ended_by == "unsubscribe":
        assert "seen_elsewhere" not in _row("phone")
    else:
        assert store.subscription(MATCH, "phone", NOW) is None


def test_sights_of_an_earlier_release_count(store: DynamoConnectionStore) -> None:
    # GIVEN a row with sights that name no version
    subscribe(store, "c1")
    row = _row("c1")
    old = {"SS": [f"{at(second).timestamp() * 1000:.0f} poll" for second in (1, 2)]}
    boto3.client("dynamodb").update_item(
        TableName="connections",
        Key={"pk": row["pk"], "sk": row["sk"]},
        UpdateExpression="SET seen = :seen",
        ExpressionAttributeValues={":seen": old},
    )
    # THEN they count, and so does what is seen after the deployment
    assert see(store, "c1", poll=3) == {"poll": exposed(3, 3)}


def exposures(store: DynamoConnectionStore, connection_id: str) -> dict[str, Exposure]:
    subscription = store.subscription(MATCH, connection_id, NOW)
    assert subscription is not None
    return dict(subscription.exposures)


def choose(store: DynamoConnectionStore, connection_id: str) -> None:
    """Record a choice on a connection."""
    subscription = store.record_acts(
        MATCH, connection_id, sights=(), has_chosen=True, busy_for=timedelta(0), now=NOW
    )
    assert subscription is not None
    assert subscription.engaged


def is_engaged(store: DynamoConnectionStore, connection_id: str) -> bool:
    subscription = store.subscription(MATCH, connection_id, NOW)
    assert subscription is not None
    return subscription.engaged


def test_a_choice_counts_on_all_connections_of_its_viewer(store: DynamoConnectionStore) -> None:
    # GIVEN a viewer of two devices, and another viewer
    assert not subscribe(store, "phone").engaged
    subscribe(store, "television")
    other = replace(builders.a_viewer(), viewer_id="another")
    store.subscribe(Subscription(match_id=MATCH, connection_id="c9", viewer=other, expires_at=at(7_200)))
    # WHEN the viewer chooses something on one of them
    choose(store, "phone")
    # THEN it counts on both, and not for the other viewer
    assert is_engaged(store, "television")
    assert not is_engaged(store, "c9")


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_viewer_who_reconnects_has_chosen_what_they_chose(
    store: DynamoConnectionStore, *, is_closed: bool
) -> None:
    subscribe(store, "c1")
    choose(store, "c1")
    if is_closed:
        store.remove_connection("c1")
    assert subscribe(store, "c2").engaged
    assert is_engaged(store, "c2")
    # AND a connection that is named but has no subscription any more gets none by a choice
    choose(store, "c2")
    assert (store.subscription(MATCH, "c1", NOW) is None) == is_closed


def test_what_was_seen_without_a_subscription_is_refused(store: DynamoConnectionStore) -> None:
    seen = Sight(component_id="poll", version=1, at=NOW)

    def record(now: datetime) -> Subscription | None:
        return store.record_acts(MATCH, "c1", sights=[seen], has_chosen=True, busy_for=timedelta(0), now=now)

    assert record(NOW) is None
    subscribe(store, "c1")
    assert record(NOW + timedelta(hours=3)) is None
    assert _row("c1")["engaged"] == {"BOOL": False}


def _row(connection_id: str) -> dict[str, Any]:
    rows: list[Any] = boto3.client("dynamodb").scan(TableName="connections")["Items"]
    found: dict[str, Any] = next(row for row in rows if row["sk"]["S"] == connection_id)
    return found
