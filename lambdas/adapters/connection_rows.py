"""Rows of the table `connections`, to and from DynamoDB's JSON.

| pk | sk | holds |
|---|---|---|
| `MATCH#<match>#<shard>` | connection id | a subscription, with the viewer's traits |
| `MATCH#<match>` | `SUBSCRIBERS` | how many subscribers the last dispatch found, by shard |
| `CONNECTION#<id>` | `CONNECTION` | a connection, its subscriptions, and the match whose row has its pace |
| `VIEWER#<viewer>#<match>` | `EXPOSURES` | what a viewer saw and chose; which connections are open |
| `VIEWER#<viewer>` | `CONNECTIONS` | a viewer's open connections, and when they end |
| `LEDGER#<match>#<version>` | `PLANNED` | that the tasks of a version were sent |
| `LEDGER#<match>#<version>#<shard>` | `CHECKPOINT` | the claim and the checkpoint of a dispatch |
| `LEDGER#<match>#<version>#<address>` | `AUDIENCE` | claim and progress of a dispatch to an audience |
| `SHOWN#<match>` | version | the context columns of a version that was sent |
| `RECOMMENDATION#<match>#<cell>#<owner>` | `RECOMMENDATION` | a recommendation that all shards share |
| `CLAIMS#<match>#<cell>#<number or viewer>` | `CLAIMS` | until when workers hold claims, by owner |
| `RATE#<campaign or use>` | window | tokens of a shared rate that were taken in this window |
| `CAPACITY` | `MATCH#<match>`, or a name for an operator's | from when until when capacity is needed |
| `WATCH#<match>` | connection id | an operator's connection that watches the match |
| `AUDIENCES#<match>` | address | an audience that is told on a channel, and about how many viewers it has |
| `NAMED#<match>` | viewer id | a viewer who is asked for by name in this match, with their traits |
| `NAMED#<match>#COUNT` | `COUNT` | how many they are |
"""

import functools
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.choice import Exposure, add_exposures, sum_exposures
from domain.cohort import Cohort, ViewerTraits
from domain.recommendation import VIEWER_OWNER
from domain.sight import Sight, sights_that_count
from domain.subscription import Subscription
from lambdas.adapters.stored_rows import reading

Row = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
UNSUBSCRIBED = "unsubscribed"
"""The attribute of a subscription that has ended, whose row stays while the connection has its pace there."""
SEEN, SEEN_ELSEWHERE = "seen", "seen_elsewhere"
"""The sets of what was seen on a subscription's connection, and on the viewer's other open ones."""
OTHERS = "other_connections"
"""The attribute of a subscription that names its viewer's other open connections."""
SHARD_PREFIX = "shard_"
"""Begins the names of the attributes that hold the counts of subscribers, one for each shard."""


def shard_of(connection_id: str, shards: int) -> int:
    """Return the shard of a connection's subscriptions."""
    return zlib.crc32(connection_id.encode()) % shards


def subscription_key(match_id: str, shard: int, connection_id: str) -> Row:
    """Return the key of a subscription."""
    return key(f"MATCH#{match_id}#{shard}", connection_id)


def subscriber_counts_key(match_id: str) -> Row:
    """Return the key of the counts of a match's subscribers."""
    return key(f"MATCH#{match_id}", "SUBSCRIBERS")


def exposures_key(match_id: str, viewer_id: str) -> Row:
    """Return the key of what a viewer saw in a match."""
    return key(f"VIEWER#{viewer_id}#{match_id}", "EXPOSURES")


def sockets_key(viewer_id: str) -> Row:
    """Return the key of a viewer's open connections."""
    return key(f"VIEWER#{viewer_id}", "CONNECTIONS")


def viewers_of_connection_row(row: Row) -> Iterator[str]:
    """Yield the viewers whom a row names: in its attribute, or in the part of its key that holds a viewer.

    No other value or part counts, because an id may be any text. It has no `#`, so it is one whole part.
    A row of another table names nobody.
    """
    kind, *parts = row.get("pk", {"S": ""})["S"].split("#")
    if "viewer_id" in row:
        yield row["viewer_id"]["S"]
    match kind:
        case "VIEWER":
            yield parts[0]
        case "RECOMMENDATION" | "CLAIMS" if parts[-1].startswith(VIEWER_OWNER):
            yield parts[-1].removeprefix(VIEWER_OWNER)
        case "NAMED" if "profile" in row:
            yield row["sk"]["S"]


def key(pk: str, sk: str) -> Row:
    """Return a key in DynamoDB's JSON."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def epoch(instant: datetime) -> Row:
    """Return a time to live in DynamoDB's JSON."""
    return {"N": str(int(instant.timestamp()))}


def profile_text(viewer: ViewerTraits) -> str:
    """Return cohort and consents as one text, equal for all viewers who share them."""
    return json.dumps([viewer.cohort.key, sorted(viewer.consents)], separators=(",", ":"))


def epoch_ms(instant: datetime) -> int:
    """Return an instant in epoch milliseconds, exactly."""
    return (instant - EPOCH) // MILLISECOND


@functools.lru_cache(maxsize=20_000)
def read_profile(text: str) -> tuple[Cohort, frozenset[str]]:
    """Parse `profile_text`; cached, because many viewers share one."""
    cohort_key, consents = json.loads(text)
    return Cohort.from_key(cohort_key), frozenset(consents)


def write_exposures(exposures: Mapping[str, Exposure]) -> Row:
    """Return exposures as one JSON text, `{component: [count, last seen in epoch milliseconds]}`.

    Nested maps would cost more: 388 ms of CPU instead of 92 for a page of 250 subscriptions with six each.
    """
    entries = {
        component_id: [exposure.count, epoch_ms(exposure.last_at)]
        for component_id, exposure in exposures.items()
    }
    return {"S": json.dumps(entries, separators=(",", ":"))}


def write_sights(sights: Iterable[Sight]) -> Row:
    """Return sights as a set, to which an update can add without a read."""
    return {"SS": [f"{epoch_ms(each.at)} {each.component_id} {each.version}" for each in sights]}


def read_exposures(row: Row) -> dict[str, Exposure]:
    """Return what the viewer of a row has seen, on this connection and on others."""
    own, elsewhere = read_exposures_apart(row)
    return sum_exposures(elsewhere, own) if elsewhere and own else elsewhere or own


def read_own_exposures(row: Row) -> dict[str, Exposure]:
    """Return what the viewer of a subscription has seen on this connection first."""
    own, _ = read_exposures_apart(row)
    return own


@reading("exposures")
def read_exposures_apart(
    row: Row, *, before: int | None = None
) -> tuple[dict[str, Exposure], dict[str, Exposure]]:
    """Return what was seen on a subscription's connection first, and on the viewer's other ones.

    With `before`, sights of this version and newer ones are left out of both.
    """
    own, elsewhere = _read_text(row.get("own_exposures")), _read_text(row.get("exposures"))
    if SEEN not in row and SEEN_ELSEWHERE not in row:
        return own, elsewhere
    here, there = sights_that_count(read_sights(row, SEEN), read_sights(row, SEEN_ELSEWHERE))
    return _with_sights(own, here, before), _with_sights(elsewhere, there, before)


@reading("exposures")
def read_sights(row: Row, name: str) -> list[Sight]:
    """Return the sights in a set of a subscription.

    Earlier releases wrote no version: each of theirs counts as a placement of its own.
    """
    sights = []
    for entry in row.get(name, {"SS": []})["SS"]:
        at_text, component_id, *version = entry.split(" ")
        at_ms = int(at_text)
        sights.append(Sight(component_id, int(version[0]) if version else -at_ms, _instant(at_ms)))
    return sights


def _with_sights(
    exposures: dict[str, Exposure], sights: list[Sight], before: int | None
) -> dict[str, Exposure]:
    counted = (each for each in sights if before is None or each.version < before)
    return add_exposures(exposures, [(each.component_id, each.at) for each in counted])


@reading("choice")
def read_engaged(row: Row) -> bool:
    """Return whether the viewer of a row has made a choice in the match."""
    engaged: bool = row.get("engaged", {"BOOL": False})["BOOL"]
    return engaged


def _read_text(attribute: Row | None) -> dict[str, Exposure]:
    if attribute is None:
        return {}
    return {
        component_id: Exposure(count=count, last_at=_instant(last_at_ms))
        for component_id, (count, last_at_ms) in json.loads(attribute["S"]).items()
    }


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


@reading("subscriber counts")
def read_subscriber_count(row: Row) -> int:
    """Return the sum of the counts of all shards."""
    return sum(int(value["N"]) for name, value in row.items() if name.startswith(SHARD_PREFIX))


def write_subscription(subscription: Subscription, shard: int) -> Row:
    """Return the row of a subscription."""
    return {
        **subscription_key(subscription.match_id, shard, subscription.connection_id),
        "viewer_id": {"S": subscription.viewer.viewer_id},
        "profile": {"S": profile_text(subscription.viewer)},
        "last_version": {"N": str(subscription.last_version)},
        "exposures": write_exposures(subscription.exposures),
        "engaged": {"BOOL": subscription.engaged},
        "expires_at": epoch(subscription.expires_at),
    }


@reading("subscription")
def read_subscription(row: Row, match_id: str) -> Subscription:
    """Return the subscription of a row."""
    cohort, consents = read_profile(row["profile"]["S"])
    return Subscription(
        match_id=match_id,
        connection_id=row["sk"]["S"],
        viewer=ViewerTraits(viewer_id=row["viewer_id"]["S"], cohort=cohort, consents=consents),
        expires_at=datetime.fromtimestamp(int(row["expires_at"]["N"]), UTC),
        last_version=int(row["last_version"]["N"]),
        exposures=read_exposures(row),
        engaged=read_engaged(row),
        on_several_screens=OTHERS in row,
    )


def subscription_name(match_id: str, shard: int) -> Row:
    """Return the name by which a connection's row knows a subscription, as a set of one."""
    return {"SS": [f"{shard} {match_id}"]}


@reading("connection")
def read_subscription_names(row: Row) -> list[tuple[str, int]]:
    """Return match and shard of each subscription that a row of a connection names.

    Earlier releases wrote a row for each.
    """
    if "shard" in row:
        return [(row["sk"]["S"].removeprefix("MATCH#"), int(row["shard"]["N"]))]
    names = (name.split(" ", 1) for name in row.get("subscriptions", {"SS": []})["SS"])
    return [(match_id, int(shard)) for shard, match_id in names]


@reading("row with a time to live")
def is_live(row: Row, now: datetime) -> bool:
    """True if a row has not expired, and is not that of a subscription which has ended.

    DynamoDB may delete expired rows days later.
    """
    return UNSUBSCRIBED not in row and int(row["expires_at"]["N"]) > now.timestamp()
