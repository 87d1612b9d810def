"""Operators' connections in the table `connections`: partition `WATCH#<match>` has one row for each."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from lambdas.adapters.connection_rows import epoch, is_live, key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoWatcherStore:
    """Watchers of matches; the row of a closed connection is removed at the next post, or when it expires."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def add_watcher(self, match_id: str, connection_id: str, expires_at: datetime) -> None:
        """Write a watcher's row."""
        row = {**key(f"WATCH#{match_id}", connection_id), "expires_at": epoch(expires_at)}
        self._client.put_item(TableName=self._table_name, Item=row)

    def watchers(self, match_id: str, now: datetime) -> Sequence[str]:
        """Return the connections that watch a match."""
        rows = self._client.query(
            TableName=self._table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"WATCH#{match_id}"}},
            ConsistentRead=True,
        )["Items"]
        return [row["sk"]["S"] for row in rows if is_live(row, now)]

    def remove_watcher(self, match_id: str, connection_id: str) -> None:
        """Delete a watcher's row."""
        self._client.delete_item(TableName=self._table_name, Key=key(f"WATCH#{match_id}", connection_id))
