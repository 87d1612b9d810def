"""What viewers have seen and chosen in a match, across their connections, in the table `connections`.

Each subscription counts what was seen on its own connection. The viewer's row holds the counts of connections
that have ended, and names the open ones, so that a viewer who reconnects starts with all of it, even before
the old connection is known to be closed. It also says that the viewer made a choice, on whichever connection.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from domain.choice import Exposure, sum_exposures
from domain.subscription import Subscription
from lambdas.adapters.batch_read import read_rows
from lambdas.adapters.connection_rows import (
    Row,
    epoch,
    exposures_key,
    read_engaged,
    read_exposures,
    read_own_exposures,
    subscription_key,
    write_exposures,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=1)
"""How long a viewer's row outlives their last subscription."""
ATTEMPTS = 4


class DynamoExposures:
    """The viewers' rows, and the counts in their subscriptions."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def open(self, subscription: Subscription, shard: int) -> tuple[dict[str, Exposure], bool]:
        """Name an open connection in its viewer's row.

        Return what the viewer has seen until now, and whether they have made a choice.
        """
        match_id = subscription.match_id
        row: Row = self._client.update_item(
            TableName=self._table_name,
            Key=exposures_key(match_id, subscription.viewer.viewer_id),
            UpdateExpression="ADD open_connections :open SET expires_at = :expires",
            ExpressionAttributeValues={
                ":open": _name(shard, subscription.connection_id),
                ":expires": epoch(subscription.expires_at + KEPT_FOR),
            },
            ReturnValues="ALL_OLD",
        ).get("Attributes", {})
        rows = read_rows(self._client, self._table_name, _open_subscriptions(row, match_id))
        seen = sum_exposures(read_exposures(row), *map(read_own_exposures, rows))
        return seen, read_engaged(row)

    def engage(self, subscription_row: Row, match_id: str) -> None:
        """Keep that the viewer of a subscription made a choice, for all of their connections."""
        viewer_row: Row = self._client.update_item(
            TableName=self._table_name,
            Key=exposures_key(match_id, subscription_row["viewer_id"]["S"]),
            UpdateExpression="SET engaged = :yes, expires_at = :expires",
            ExpressionAttributeValues={":yes": {"BOOL": True}, ":expires": _kept_until(subscription_row)},
            ReturnValues="ALL_NEW",
        )["Attributes"]
        own = {"pk": subscription_row["pk"], "sk": subscription_row["sk"]}
        for other in _open_subscriptions(viewer_row, match_id):
            if other == own:
                continue
            with suppress(self._client.exceptions.ConditionalCheckFailedException):
                self._client.update_item(
                    TableName=self._table_name,
                    Key=other,
                    UpdateExpression="SET engaged = :yes",
                    ConditionExpression="attribute_exists(pk)",
                    ExpressionAttributeValues={":yes": {"BOOL": True}},
                )

    def keep(self, subscription_row: Row, match_id: str) -> None:
        """Add what a subscription counted to its viewer's row; the connection stays open."""
        self._add(subscription_row, match_id, "")

    def close(self, subscription_row: Row, match_id: str) -> None:
        """Add what an ended subscription counted to its viewer's row, and name the connection no longer."""
        self._add(subscription_row, match_id, " DELETE open_connections :open")

    def count_seen(self, subscription_row: Row) -> None:
        """Replace the times at which components were seen by counts; a concurrent call may do it instead."""
        before = subscription_row.get("own_exposures")
        try:
            self._client.update_item(
                TableName=self._table_name,
                Key={"pk": subscription_row["pk"], "sk": subscription_row["sk"]},
                UpdateExpression="SET own_exposures = :own DELETE seen :counted",
                ConditionExpression=f"attribute_exists(pk) AND {_is_still('own_exposures', before)}",
                ExpressionAttributeValues={
                    ":own": write_exposures(read_own_exposures(subscription_row)),
                    ":counted": subscription_row["seen"],
                    **({":before": before} if before else {}),
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def _add(self, subscription_row: Row, match_id: str, clause: str) -> None:
        """Add to the viewer's row, and again if another connection has changed it meanwhile."""
        viewer_key = exposures_key(match_id, subscription_row["viewer_id"]["S"])
        own = read_own_exposures(subscription_row)
        shard = int(subscription_row["pk"]["S"].rsplit("#", 1)[-1])
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
                    ConditionExpression=_is_still("exposures", before),
                    ExpressionAttributeValues={
                        ":exposures": write_exposures(sum_exposures(read_exposures(row), own)),
                        ":expires": _kept_until(subscription_row),
                        **({":before": before} if before else {}),
                        **({":open": _name(shard, subscription_row["sk"]["S"])} if clause else {}),
                    },
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                continue
            return


def _open_subscriptions(viewer_row: Row, match_id: str) -> list[Row]:
    """Return the keys of the subscriptions of a viewer's open connections."""
    names = (name.split(" ", 1) for name in viewer_row.get("open_connections", {"SS": []})["SS"])
    return [subscription_key(match_id, int(shard_text), name) for shard_text, name in names]


def _kept_until(subscription_row: Row) -> Row:
    return epoch(datetime.fromtimestamp(int(subscription_row["expires_at"]["N"]), UTC) + KEPT_FOR)


def _name(shard: int, connection_id: str) -> Row:
    return {"SS": [f"{shard} {connection_id}"]}


def _is_still(attribute: str, before: Row | None) -> str:
    return f"{attribute} = :before" if before else f"attribute_not_exists({attribute})"
