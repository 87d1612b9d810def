"""Operators' connections in the table `connections`: `WATCH#<match>` holds one row for each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lambdas.adapters.connection_rows import epoch, is_live, key


class DynamoWatcherStore:
    """Who watches which match; a row outlives its connection until the next post, or its two hours."""

    def __init__(self, client: Any, table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def add_watcher(self, match_id: str, connection_id: str, expires_at: datetime) -> None:
        """Remember a watcher."""
        row = {**key(f"WATCH#{match_id}", connection_id), "expires_at": epoch(expires_at)}
        self._client.put_item(TableName=self._table_name, Item=row)

    def watchers(self, match_id: str, now: datetime) -> Sequence[str]:
        """The connections that watch a match."""
        rows = self._client.query(
            TableName=self._table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"WATCH#{match_id}"}},
            ConsistentRead=True,
        )["Items"]
        return [row["sk"]["S"] for row in rows if is_live(row, now)]

    def remove_watcher(self, match_id: str, connection_id: str) -> None:
        """Delete a watcher."""
        self._client.delete_item(TableName=self._table_name, Key=key(f"WATCH#{match_id}", connection_id))
