"""What viewers have seen and chosen in a match, across their connections, in the table `connections`.

Each subscription counts what was seen on its own connection, and what its viewer's other open connections
tell it. The viewer's row holds the counts of connections that have ended, and names the open ones, so that a
viewer who reconnects starts with all of it, even before the old connection is known to be closed. The row
also says that the viewer made a choice, on whichever connection.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from domain.choice import Exposure, sum_exposures
from domain.sight import Sight, first_sights
from domain.subscription import Subscription
from lambdas.adapters.batch_read import read_rows
from lambdas.adapters.connection_rows import (
    OTHERS,
    SEEN,
    SEEN_ELSEWHERE,
    UNSUBSCRIBED,
    Row,
    epoch,
    epoch_ms,
    exposures_key,
    read_engaged,
    read_exposures,
    read_exposures_apart,
    read_own_exposures,
    read_sights,
    subscription_key,
    write_exposures,
    write_sights,
)
from lambdas.adapters.existing_row import update_existing

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=1)
"""How long a viewer's row outlives their last subscription."""
ATTEMPTS = 4
MAX_OTHERS = 5
"""How many other connections a connection tells what was seen: few viewers have six screens."""
MAX_SIGHTS = 16
"""The number of sights in a subscription's sets from which on they are replaced by counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a viewer has seen and chosen in a match until now, and the names of their open connections."""

    exposures: dict[str, Exposure]
    engaged: bool
    others: list[str]


class DynamoExposures:
    """The viewers' rows, and the counts in their subscriptions."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def open(self, subscription: Subscription, shard: int) -> Past:
        """Name an open connection in its viewer's row; return what the viewer has seen and chosen."""
        match_id = subscription.match_id
        row: Row = self._client.update_item(
            TableName=self._table_name,
            Key=exposures_key(match_id, subscription.viewer.viewer_id),
            UpdateExpression="ADD open_connections :open SET expires_at = :expires",
            ExpressionAttributeValues={
                ":open": {"SS": [_name(shard, subscription.connection_id)]},
                ":expires": epoch(subscription.expires_at + KEPT_FOR),
            },
            ReturnValues="ALL_OLD",
        ).get("Attributes", {})
        rows = list(read_rows(self._client, self._table_name, _open_subscriptions(row, match_id)))
        open_rows = [
            each
            for each in rows
            if UNSUBSCRIBED not in each and each["sk"]["S"] != subscription.connection_id
        ]
        return Past(
            exposures=sum_exposures(read_exposures(row), *map(read_own_exposures, rows)),
            engaged=read_engaged(row),
            others=[_name_of(each) for each in open_rows[:MAX_OTHERS]],
        )

    def introduce(self, subscription_row: Row, match_id: str) -> None:
        """Name a new subscription's connection in the subscriptions of its viewer's other connections."""
        for other in _names(subscription_row, OTHERS):
            self._update_existing(
                _subscription_of(other, match_id),
                f"ADD {OTHERS} :new",
                {":new": {"SS": [_name_of(subscription_row)]}},
            )

    def tell_others(self, subscription_row: Row, match_id: str, sights: Sequence[Sight]) -> None:
        """Record what was seen on a connection with its viewer's others, unless they know it.

        A connection that has no subscription any more is not told again.
        """
        others = _names(subscription_row, OTHERS)[:MAX_OTHERS]
        news = _news(subscription_row, sights) if others else []
        for other in others if news else ():
            row = self._update_existing(
                _subscription_of(other, match_id),
                f"ADD {SEEN_ELSEWHERE} :news",
                {":news": write_sights(news)},
            )
            if row is not None:
                self.count_sights(row)
            else:
                self._update_existing(
                    _key_of(subscription_row), f"DELETE {OTHERS} :ended", {":ended": {"SS": [other]}}
                )

    def engage(self, subscription_row: Row, match_id: str) -> None:
        """Keep that the viewer of a subscription made a choice, for all of their connections."""
        viewer_row: Row = self._client.update_item(
            TableName=self._table_name,
            Key=exposures_key(match_id, subscription_row["viewer_id"]["S"]),
            UpdateExpression="SET engaged = :yes, expires_at = :expires",
            ExpressionAttributeValues={":yes": {"BOOL": True}, ":expires": _kept_until(subscription_row)},
            ReturnValues="ALL_NEW",
        )["Attributes"]
        for other in _open_subscriptions(viewer_row, match_id):
            if other != _key_of(subscription_row):
                self._update_existing(other, "SET engaged = :yes", {":yes": {"BOOL": True}})

    def keep(self, subscription_row: Row, match_id: str) -> None:
        """Add what a subscription counted to its viewer's row; the connection stays open."""
        self._add(subscription_row, match_id, "")

    def close(self, subscription_row: Row, match_id: str) -> None:
        """Add what an ended subscription counted to its viewer's row, and name the connection no longer."""
        self._add(subscription_row, match_id, " DELETE open_connections :open")
        for other in _names(subscription_row, OTHERS):
            self._update_existing(
                _subscription_of(other, match_id),
                f"DELETE {OTHERS} :ended",
                {":ended": {"SS": [_name_of(subscription_row)]}},
            )

    def count_sights(self, subscription_row: Row) -> None:
        """Replace the sights in a subscription's sets by counts once they are many.

        The first ones of the newest version's placements stay, for the viewer may see these on other screens
        too. A concurrent call may do it instead.
        """
        sights = {name: read_sights(subscription_row, name) for name in (SEEN, SEEN_ELSEWHERE)}
        versions = [each.version for name in sights for each in sights[name]]
        if len(versions) < MAX_SIGHTS:
            return
        newest = max(versions)
        counted = {
            name: write_sights(others)
            for name in sights
            if (others := _without_first_of(newest, sights[name]))
        }
        if not counted:
            return
        own, elsewhere = read_exposures_apart(subscription_row, before=newest)
        own_before, elsewhere_before = (subscription_row.get(name) for name in ("own_exposures", "exposures"))
        removed = ", ".join(f"{name} :{name}" for name in counted)
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(
                TableName=self._table_name,
                Key=_key_of(subscription_row),
                UpdateExpression=f"SET own_exposures = :own, exposures = :elsewhere DELETE {removed}",
                ConditionExpression="attribute_exists(pk)"
                f" AND {_is_still('own_exposures', own_before, ':own_before')}"
                f" AND {_is_still('exposures', elsewhere_before, ':elsewhere_before')}",
                ExpressionAttributeValues={
                    ":own": write_exposures(own),
                    ":elsewhere": write_exposures(elsewhere),
                    **{f":{name}": entries for name, entries in counted.items()},
                    **({":own_before": own_before} if own_before else {}),
                    **({":elsewhere_before": elsewhere_before} if elsewhere_before else {}),
                },
            )

    def _add(self, subscription_row: Row, match_id: str, clause: str) -> None:
        """Add to the viewer's row, and again if another connection has changed it meanwhile."""
        viewer_key = exposures_key(match_id, subscription_row["viewer_id"]["S"])
        own = read_own_exposures(subscription_row)
        for _ in range(ATTEMPTS):
            row: Row = self._client.get_item(
                TableName=self._table_name, Key=viewer_key, ConsistentRead=True
            ).get("Item", {})
            before = row.get("exposures")
            try:
                self._client.update_item(
                    TableName=self._table_name,
                    Key=viewer_key,
                    UpdateExpression=f"SET exposures = :exposures, expires_at = :expires{clause}",
                    ConditionExpression=_is_still("exposures", before, ":before"),
                    ExpressionAttributeValues={
                        ":exposures": write_exposures(sum_exposures(read_exposures(row), own)),
                        ":expires": _kept_until(subscription_row),
                        **({":before": before} if before else {}),
                        **({":open": {"SS": [_name_of(subscription_row)]}} if clause else {}),
                    },
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                continue
            return

    def _update_existing(self, row_key: Row, expression: str, values: Row) -> Row | None:
        return update_existing(self._client, self._table_name, row_key, expression, values)


def _news(subscription_row: Row, sights: Sequence[Sight]) -> list[Sight]:
    """Return those sights that are a connection's first of their placement, and that no other one told it."""
    told = {each.placement for each in read_sights(subscription_row, SEEN_ELSEWHERE)}
    first = first_sights(read_sights(subscription_row, SEEN))
    return [
        each
        for each in sights
        if each.placement not in told and epoch_ms(first[each.placement].at) == epoch_ms(each.at)
    ]


def _without_first_of(version: int, sights: Sequence[Sight]) -> list[Sight]:
    """Return the sights without the first one of each placement of a version."""
    first = first_sights(each for each in sights if each.version == version)
    return [each for each in sights if first.get(each.placement) != each]


def _open_subscriptions(viewer_row: Row, match_id: str) -> list[Row]:
    """Return the keys of the subscriptions of a viewer's open connections."""
    return [_subscription_of(name, match_id) for name in _names(viewer_row, "open_connections")]


def _names(row: Row, attribute: str) -> list[str]:
    names: list[str] = row.get(attribute, {"SS": []})["SS"]
    return names


def _name(shard: int, connection_id: str) -> str:
    """Return the name of a connection in other rows: with its shard, so that its row is found."""
    return f"{shard} {connection_id}"


def _name_of(subscription_row: Row) -> str:
    shard = int(subscription_row["pk"]["S"].rsplit("#", 1)[-1])
    return _name(shard, subscription_row["sk"]["S"])


def _subscription_of(name: str, match_id: str) -> Row:
    shard_text, connection_id = name.split(" ", 1)
    return subscription_key(match_id, int(shard_text), connection_id)


def _key_of(row: Row) -> Row:
    return {"pk": row["pk"], "sk": row["sk"]}


def _kept_until(subscription_row: Row) -> Row:
    return epoch(datetime.fromtimestamp(int(subscription_row["expires_at"]["N"]), UTC) + KEPT_FOR)


def _is_still(attribute: str, before: Row | None, value: str) -> str:
    return f"{attribute} = {value}" if before else f"attribute_not_exists({attribute})"
