"""Connections and subscriptions in the table `connections`; every read is of one partition, consistent."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.choice import Exposure, add_exposures
from domain.cohort import ViewerTraits
from domain.subscription import Subscription
from lambdas.adapters.batch_read import read_rows
from lambdas.adapters.connection_rows import (
    SHARD_PREFIX,
    Row,
    epoch,
    exposures_key,
    is_live,
    key,
    profile_text,
    read_exposures,
    read_subscriber_count,
    read_subscription,
    shard_of,
    subscriber_counts_key,
    subscription_key,
    write_exposures,
    write_subscription,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

EXPOSURES_KEPT_FOR = timedelta(days=1)
EXPOSURE_ATTEMPTS = 4
SUBSCRIBER_COUNTS_KEPT_FOR = timedelta(hours=6)
SUBSCRIBER_COUNT_CACHED_FOR = timedelta(seconds=30)


class DynamoConnectionStore:
    """Connections, subscriptions and exposures; only finding a subscription by connection needs `shards`."""

    def __init__(self, client: "DynamoDBClient", table_name: str, *, shards: int = 1) -> None:
        self._client = client
        self._table_name = table_name
        self._shards = shards
        self._subscriber_counts: dict[str, tuple[int, datetime]] = {}

    def add_connection(self, connection_id: str, viewer: ViewerTraits, expires_at: datetime) -> None:
        """Write a connection."""
        self._put(
            {
                **key(f"CONNECTION#{connection_id}", "CONNECTION"),
                "viewer_id": {"S": viewer.viewer_id},
                "profile": {"S": profile_text(viewer)},
                "expires_at": epoch(expires_at),
            }
        )

    def remove_connection(self, connection_id: str) -> None:
        """Delete every row of a connection."""
        rows = self._client.query(
            TableName=self._table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"CONNECTION#{connection_id}"}},
            ConsistentRead=True,
        )["Items"]
        for row in rows:
            if "shard" in row:
                match_id = row["sk"]["S"].removeprefix("MATCH#")
                self._delete(subscription_key(match_id, int(row["shard"]["N"]), connection_id))
            self._delete({"pk": row["pk"], "sk": row["sk"]})

    def drop_subscriber(self, match_id: str, shard: int, connection_id: str) -> None:
        """Delete a subscription whose connection has closed, and the connection's other rows."""
        self._delete(subscription_key(match_id, shard, connection_id))
        self.remove_connection(connection_id)

    def subscribe(self, subscription: Subscription) -> None:
        """Write the subscription; before it, the row by which `remove_connection` finds it."""
        shard = shard_of(subscription.connection_id, self._shards)
        self._put(
            {
                **key(f"CONNECTION#{subscription.connection_id}", f"MATCH#{subscription.match_id}"),
                "shard": {"N": str(shard)},
                "expires_at": epoch(subscription.expires_at),
            }
        )
        self._put(write_subscription(subscription, shard))

    def unsubscribe(self, match_id: str, connection_id: str) -> None:
        """Delete a subscription; idempotent."""
        self._delete(self._key(match_id, connection_id))
        self._delete(key(f"CONNECTION#{connection_id}", f"MATCH#{match_id}"))

    def subscription(self, match_id: str, connection_id: str, now: datetime) -> Subscription | None:
        """Read one subscription consistently; None if there is none or it has expired."""
        row = self._client.get_item(
            TableName=self._table_name, Key=self._key(match_id, connection_id), ConsistentRead=True
        ).get("Item")
        return read_subscription(row, match_id) if row and is_live(row, now) else None

    def set_last_version(self, match_id: str, connection_id: str, version: int) -> None:
        """Set the version that the subscriber has already."""
        self._update_existing(
            self._key(match_id, connection_id),
            "SET last_version = :version",
            {":version": {"N": str(version)}},
        )

    def mark_engaged(self, match_id: str, connection_id: str) -> None:
        """Mark the subscription of a viewer who has made a choice."""
        self._update_existing(
            self._key(match_id, connection_id), "SET engaged = :engaged", {":engaged": {"BOOL": True}}
        )

    def exposures(self, match_id: str, viewer_id: str) -> dict[str, Exposure]:
        """Return what the viewer has seen in this match, on any connection."""
        return read_exposures(self._exposures_row(match_id, viewer_id))

    def record_exposures(self, subscription: Subscription, seen_at: Mapping[str, datetime]) -> None:
        """Count components that were seen; a time that is not after the last known one was counted before.

        One row holds everything a viewer saw in a match, so a message costs two writes, however many
        components it names. The row's `edition` detects a concurrent write by the viewer's other connection.
        """
        match_id, viewer_id = subscription.match_id, subscription.viewer.viewer_id
        for _ in range(EXPOSURE_ATTEMPTS):
            row = self._exposures_row(match_id, viewer_id)
            before = read_exposures(row)
            seen = add_exposures(before, seen_at)
            if seen == before:
                return
            if self._put_exposures(match_id, viewer_id, seen, int(row.get("edition", {"N": "0"})["N"])):
                break
        self._update_existing(
            self._key(match_id, subscription.connection_id),
            "SET exposures = :exposures",
            {":exposures": write_exposures(seen)},
        )

    def _exposures_row(self, match_id: str, viewer_id: str) -> Row:
        row: Row = self._client.get_item(
            TableName=self._table_name, Key=exposures_key(match_id, viewer_id), ConsistentRead=True
        ).get("Item", {})
        return row

    def _put_exposures(
        self, match_id: str, viewer_id: str, seen: Mapping[str, Exposure], edition: int
    ) -> bool:
        latest = max(exposure.last_at for exposure in seen.values())
        try:
            self._client.put_item(
                TableName=self._table_name,
                Item={
                    **exposures_key(match_id, viewer_id),
                    "exposures": write_exposures(seen),
                    "edition": {"N": str(edition + 1)},
                    "expires_at": epoch(latest + EXPOSURES_KEPT_FOR),
                },
                ConditionExpression="attribute_not_exists(pk) OR edition = :edition",
                ExpressionAttributeValues={":edition": {"N": str(edition)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def subscriber_page(
        self, match_id: str, shard: int, after: str | None, limit: int, now: datetime
    ) -> tuple[Sequence[Subscription], str | None]:
        """Return a page of the shard's live subscribers, and the id that the next page follows."""
        start: Row = {"ExclusiveStartKey": subscription_key(match_id, shard, after)} if after else {}
        answer = self._client.query(
            TableName=self._table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"MATCH#{match_id}#{shard}"}},
            ProjectionExpression="sk, viewer_id, profile, last_version, exposures, engaged, expires_at",
            ConsistentRead=True,
            Limit=limit,
            **start,
        )
        page = [read_subscription(row, match_id) for row in answer["Items"] if is_live(row, now)]
        following = answer.get("LastEvaluatedKey")
        return page, following["sk"]["S"] if following else None

    def subscribers(
        self, match_id: str, shard: int, connection_ids: Sequence[str], now: datetime
    ) -> Sequence[Subscription]:
        """Return the subscriptions of these connections that still exist."""
        keys = [subscription_key(match_id, shard, connection_id) for connection_id in connection_ids]
        rows = read_rows(self._client, self._table_name, keys)
        return [read_subscription(row, match_id) for row in rows if is_live(row, now)]

    def record_subscriber_count(self, match_id: str, shard: int, count: int, now: datetime) -> None:
        """Write the count of a shard to the match's row of counts."""
        self._client.update_item(
            TableName=self._table_name,
            Key=subscriber_counts_key(match_id),
            UpdateExpression="SET #shard = :count, expires_at = :expires",
            ExpressionAttributeNames={"#shard": f"{SHARD_PREFIX}{shard}"},
            ExpressionAttributeValues={
                ":count": {"N": str(count)},
                ":expires": epoch(now + SUBSCRIBER_COUNTS_KEPT_FOR),
            },
        )

    def subscriber_count(self, match_id: str, now: datetime) -> int:
        """Return the sum of the shards' counts, cached for half a minute."""
        known = self._subscriber_counts.get(match_id)
        if known is not None and now < known[1]:
            return known[0]
        row = self._client.get_item(TableName=self._table_name, Key=subscriber_counts_key(match_id))
        count = read_subscriber_count(row["Item"]) if "Item" in row and is_live(row["Item"], now) else 0
        self._subscriber_counts[match_id] = count, now + SUBSCRIBER_COUNT_CACHED_FOR
        return count

    def _key(self, match_id: str, connection_id: str) -> Row:
        return subscription_key(match_id, shard_of(connection_id, self._shards), connection_id)

    def _put(self, row: Row) -> None:
        self._client.put_item(TableName=self._table_name, Item=row)

    def _delete(self, row_key: Row) -> None:
        self._client.delete_item(TableName=self._table_name, Key=row_key)

    def _update_existing(self, row_key: Row, expression: str, values: Row) -> None:
        """Update a row; a row that was deleted meanwhile stays deleted."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(
                TableName=self._table_name,
                Key=row_key,
                UpdateExpression=expression,
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues=values,
            )
