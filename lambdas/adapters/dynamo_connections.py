"""Connections and subscriptions in the table `connections`; every read is of one partition, consistent."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from domain.cohort import ViewerTraits
from domain.errors import RateExceededError
from domain.sight import Sight
from domain.subscription import Subscription
from lambdas.adapters.batch_read import read_rows
from lambdas.adapters.connection_pace import Pace, paces, shared_paces
from lambdas.adapters.connection_rows import (
    OTHERS,
    SEEN,
    SEEN_ELSEWHERE,
    SHARD_PREFIX,
    UNSUBSCRIBED,
    Row,
    epoch,
    epoch_ms,
    is_live,
    key,
    profile_text,
    read_subscriber_count,
    read_subscription,
    read_subscription_names,
    shard_of,
    subscriber_counts_key,
    subscription_key,
    subscription_name,
    write_sights,
    write_subscription,
)
from lambdas.adapters.dynamo_exposures import DynamoExposures
from lambdas.adapters.dynamo_sockets import DynamoSockets
from lambdas.adapters.existing_row import update_existing
from lambdas.adapters.timed_cache import TimedCache

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

SUBSCRIPTION = (
    f"sk, viewer_id, profile, last_version, exposures, own_exposures, {SEEN}, {SEEN_ELSEWHERE}, engaged, "
    f"expires_at, {OTHERS}, {UNSUBSCRIBED}"
)
"""The attributes that `read_subscription` and `is_live` read."""
AT_ONCE = timedelta(0)
NO_VALUES: Mapping[str, Any] = MappingProxyType({})
COUNTED = ("own_exposures", SEEN)
"""The attributes of a subscription with what was seen on its connection since it was written."""
SINCE_WRITTEN = (*COUNTED, SEEN_ELSEWHERE, OTHERS)
"""The attributes that a subscription loses when it ends or is written again."""
SUBSCRIBER_COUNTS_KEPT_FOR = timedelta(hours=6)
SUBSCRIBER_COUNT_CACHED_FOR = timedelta(seconds=30)
COUNT_STANDS_FOR = timedelta(minutes=5)
SIMILAR_SHARE = 0.02
"""An environment does not write a shard's count again for a while if it has changed by no more than this."""


class DynamoConnectionStore:
    """Connections, subscriptions and exposures; only finding a subscription by connection needs `shards`."""

    def __init__(self, client: "DynamoDBClient", table_name: str, *, shards: int = 1) -> None:
        self._client = client
        self._table_name = table_name
        self._shards = shards
        self._exposures = DynamoExposures(client, table_name)
        self._sockets = DynamoSockets(client, table_name)
        self._subscriber_counts = TimedCache[str, int](SUBSCRIBER_COUNT_CACHED_FOR)
        self._counts_written = TimedCache[tuple[str, int], int](COUNT_STANDS_FOR)

    def add_connection(
        self, connection_id: str, viewer: ViewerTraits, expires_at: datetime, *, now: datetime, limit: int
    ) -> bool:
        """Write a connection, unless the viewer has that many; False if so."""
        if not self._sockets.open(viewer.viewer_id, connection_id, expires_at, now=now, limit=limit):
            return False
        self._put(
            {
                **key(f"CONNECTION#{connection_id}", "CONNECTION"),
                "viewer_id": {"S": viewer.viewer_id},
                "profile": {"S": profile_text(viewer)},
                "expires_at": epoch(expires_at),
            }
        )
        return True

    def remove_connection(self, connection_id: str) -> None:
        """Delete every row of a connection; what its viewer saw is kept."""
        rows = self._client.query(
            TableName=self._table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"CONNECTION#{connection_id}"}},
            ConsistentRead=True,
        )["Items"]
        for row in rows:
            for match_id, shard in read_subscription_names(row):
                self._end_subscription(match_id, shard, connection_id)
            if "viewer_id" in row:
                self._sockets.close(row, connection_id)
            self._delete({"pk": row["pk"], "sk": row["sk"]})

    def drop_subscriber(self, match_id: str, shard: int, connection_id: str) -> None:
        """Delete a subscription whose connection has closed, and the connection's other rows."""
        self._end_subscription(match_id, shard, connection_id)
        self.remove_connection(connection_id)

    def subscribe(self, subscription: Subscription) -> Subscription:
        """Write the subscription; before it, its name in the row by which `remove_connection` finds it."""
        shard = self._shard_of(subscription.connection_id)
        first_match_id = self._name_subscription(subscription, shard)
        past = self._exposures.open(subscription, shard)
        subscribed = replace(subscription, exposures=past.exposures, engaged=past.engaged)
        row = write_subscription(subscribed, shard)
        if past.others:
            row[OTHERS] = {"SS": past.others}
        if first_match_id != subscription.match_id:
            row["paced_by"] = {"S": first_match_id}
        before = self._replace(row)
        if any(name in before for name in COUNTED):
            self._exposures.keep(before, subscription.match_id)
        self._exposures.introduce(row, subscription.match_id)
        return subscribed

    def unsubscribe(self, match_id: str, connection_id: str) -> None:
        """End a subscription; idempotent.

        Its row stays until the connection ends, for who subscribes again is as busy as before.
        """
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            before = self._client.update_item(
                TableName=self._table_name,
                Key=self._key(match_id, connection_id),
                UpdateExpression=f"SET {UNSUBSCRIBED} = :yes REMOVE {', '.join(SINCE_WRITTEN)}",
                ConditionExpression=f"attribute_exists(pk) AND attribute_not_exists({UNSUBSCRIBED})",
                ExpressionAttributeValues={":yes": {"BOOL": True}},
                ReturnValues="ALL_OLD",
            )["Attributes"]
            self._exposures.close(before, match_id)

    def subscription(self, match_id: str, connection_id: str, now: datetime) -> Subscription | None:
        """Read one subscription consistently; None if there is none or it has expired."""
        row = self._client.get_item(
            TableName=self._table_name, Key=self._key(match_id, connection_id), ConsistentRead=True
        ).get("Item")
        return read_subscription(row, match_id) if row and is_live(row, now) else None

    def record_acts(
        self,
        match_id: str,
        connection_id: str,
        *,
        sights: Sequence[Sight],
        has_chosen: bool,
        busy_for: timedelta,
        now: datetime,
    ) -> Subscription | None:
        """Add what the viewer saw and chose to the subscription, and return it, in one call.

        Nothing is read first: `seen` is a set, to which a repeated message adds nothing. From time to time a
        second call replaces the set by counts, and the messages of a busy connection take a second call. With
        a match that is not the connection's first, there are two calls more. What was seen is told to the
        viewer's other open connections, if there are any, with one call for each. The first choice on a
        connection is told to them as well: one call, and one for each of these.
        """
        row_key = self._key(match_id, connection_id)
        choosing = ", engaged = :engaged, chose_first_ms = if_not_exists(chose_first_ms, :now_ms)"
        clauses = (choosing if has_chosen else "") + (f" ADD {SEEN} :seen" if sights else "")
        now_ms = {"N": str(epoch_ms(now))}
        values: Row = {
            **({":seen": write_sights(sights)} if sights else {}),
            **({":engaged": {"BOOL": True}, ":now_ms": now_ms} if has_chosen else {}),
        }
        is_recorded, row = self._update_at(paces(busy_for, now), row_key, clauses, values)
        if not is_recorded and "paced_by" in row and is_live(row, now):
            first_key = self._key(row["paced_by"]["S"], connection_id)
            is_free, _ = self._update_at(shared_paces(busy_for, now), first_key)
            if not is_free:
                raise RateExceededError
            is_recorded, row = self._update_at(paces(AT_ONCE, now), row_key, clauses, values)
        if not is_recorded:
            if row and is_live(row, now):
                raise RateExceededError
            return None
        if has_chosen and row["chose_first_ms"] == now_ms:
            self._exposures.engage(row, match_id)
        if sights:
            self._exposures.tell_others(row, match_id, sights)
            self._exposures.count_sights(row)
        return read_subscription(row, match_id)

    def _update_at(
        self, paces: Sequence[Pace], row_key: Row, clauses: str = "", values: Mapping[str, Any] = NO_VALUES
    ) -> tuple[bool, Row]:
        """Update a subscription at the first pace that it has; return True, and its row then.

        If it has none of them, return False and the row as it was found, which is empty if there is none.
        """
        found: Row = {}
        for pace in paces:
            try:
                row: Row = self._client.update_item(
                    TableName=self._table_name,
                    Key=row_key,
                    UpdateExpression=f"SET busy_until_ms = {pace.busy_until}{clauses}",
                    ConditionExpression=pace.condition,
                    ExpressionAttributeValues={**values, **pace.values},
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )["Attributes"]
            except self._client.exceptions.ConditionalCheckFailedException as error:
                response: Any = error.response
                found = response.get("Item", {})
                if "paced_by" in found:
                    break
            else:
                return True, row
        return False, found

    def set_last_version(self, match_id: str, connection_id: str, version: int) -> None:
        """Set the version that the subscriber has already."""
        update_existing(
            self._client,
            self._table_name,
            self._key(match_id, connection_id),
            "SET last_version = :version",
            {":version": {"N": str(version)}},
        )

    def subscriber_page(
        self, match_id: str, shard: int, after: str | None, limit: int, now: datetime
    ) -> tuple[Sequence[Subscription], str | None]:
        """Return a page of the shard's live subscribers, and the id that the next page follows."""
        start: Row = {"ExclusiveStartKey": subscription_key(match_id, shard, after)} if after else {}
        answer = self._client.query(
            TableName=self._table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"MATCH#{match_id}#{shard}"}},
            ProjectionExpression=SUBSCRIPTION,
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
        """Write a shard's count to the match's row of counts, unless this store wrote one like it lately."""
        written = self._counts_written.find((match_id, shard), now)
        if written is not None and abs(count - written) <= SIMILAR_SHARE * written:
            return
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
        self._counts_written.store((match_id, shard), count, now)

    def subscriber_count(self, match_id: str, now: datetime) -> int:
        """Return the sum of the shards' counts, cached for half a minute."""
        known = self._subscriber_counts.find(match_id, now)
        if known is not None:
            return known
        row = self._client.get_item(TableName=self._table_name, Key=subscriber_counts_key(match_id))
        count = read_subscriber_count(row["Item"]) if "Item" in row and is_live(row["Item"], now) else 0
        self._subscriber_counts.store(match_id, count, now)
        return count

    def _end_subscription(self, match_id: str, shard: int, connection_id: str) -> None:
        row = self._client.delete_item(
            TableName=self._table_name,
            Key=subscription_key(match_id, shard, connection_id),
            ReturnValues="ALL_OLD",
        ).get("Attributes")
        if row:
            self._exposures.close(row, match_id)

    def _shard_of(self, connection_id: str) -> int:
        return shard_of(connection_id, self._shards)

    def _key(self, match_id: str, connection_id: str) -> Row:
        return subscription_key(match_id, self._shard_of(connection_id), connection_id)

    def _put(self, row: Row) -> None:
        self._client.put_item(TableName=self._table_name, Item=row)

    def _name_subscription(self, subscription: Subscription, shard: int) -> str:
        """Name a subscription in the connection's row; return the first match that was named there."""
        connection: Row = self._client.update_item(
            TableName=self._table_name,
            Key=key(f"CONNECTION#{subscription.connection_id}", "CONNECTION"),
            UpdateExpression="ADD subscriptions :name SET expires_at = if_not_exists(expires_at, :expires),"
            " first_match_id = if_not_exists(first_match_id, :match)",
            ExpressionAttributeValues={
                ":name": subscription_name(subscription.match_id, shard),
                ":match": {"S": subscription.match_id},
                ":expires": epoch(subscription.expires_at),
            },
            ReturnValues="ALL_NEW",
        )["Attributes"]
        return str(connection["first_match_id"]["S"])

    def _replace(self, row: Row) -> Row:
        """Write a subscription over an earlier one, of which the pace is kept; return the earlier one."""
        names = [name for name in row if name not in ("pk", "sk")]
        assignments = ", ".join(f"{name} = :{name}" for name in names)
        removed = [name for name in (UNSUBSCRIBED, *SINCE_WRITTEN) if name not in row]
        before: Row = self._client.update_item(
            TableName=self._table_name,
            Key={"pk": row["pk"], "sk": row["sk"]},
            UpdateExpression=f"SET {assignments} REMOVE {', '.join(removed)}",
            ExpressionAttributeValues={f":{name}": row[name] for name in names},
            ReturnValues="ALL_OLD",
        ).get("Attributes", {})
        return before

    def _delete(self, row_key: Row) -> None:
        self._client.delete_item(TableName=self._table_name, Key=row_key)
