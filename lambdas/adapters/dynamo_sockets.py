"""The open connections of each viewer, in the table `connections`.

A viewer's row names them with the time at which they end, so that a connection whose end was never reported
is counted until then, and not for ever.
"""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from lambdas.adapters.connection_rows import Row, epoch, sockets_key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoSockets:
    """Counts the connections of a viewer, in one call while they are few."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def open(
        self, viewer_id: str, connection_id: str, expires_at: datetime, *, now: datetime, limit: int
    ) -> bool:
        """Name a connection; False if the viewer has that many already."""
        row_key = sockets_key(viewer_id)
        if self._add(row_key, connection_id, expires_at, limit):
            return True
        row = self._client.get_item(TableName=self._table_name, Key=row_key, ConsistentRead=True).get("Item")
        names = row["connections"]["SS"] if row and "connections" in row else []
        ended = [name for name in names if int(name.split(" ", 1)[0]) <= now.timestamp()]
        if not ended:
            return False
        self._remove(row_key, ended)
        return self._add(row_key, connection_id, expires_at, limit)

    def close(self, connection_row: Row, connection_id: str) -> None:
        """Name a connection no longer; `connection_row` is its row."""
        row_key = sockets_key(connection_row["viewer_id"]["S"])
        self._remove(row_key, [f"{connection_row['expires_at']['N']} {connection_id}"])

    def _add(self, row_key: Row, connection_id: str, expires_at: datetime, limit: int) -> bool:
        try:
            self._client.update_item(
                TableName=self._table_name,
                Key=row_key,
                UpdateExpression="ADD connections :name SET expires_at = :expires",
                ConditionExpression="attribute_not_exists(connections) OR size(connections) < :limit",
                ExpressionAttributeValues={
                    ":name": {"SS": [f"{epoch(expires_at)['N']} {connection_id}"]},
                    ":expires": epoch(expires_at),
                    ":limit": {"N": str(limit)},
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _remove(self, row_key: Row, names: list[str]) -> None:
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(
                TableName=self._table_name,
                Key=row_key,
                UpdateExpression="DELETE connections :names",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":names": {"SS": names}},
            )
