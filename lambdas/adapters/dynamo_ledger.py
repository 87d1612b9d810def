"""The dispatch ledger in the table `connections`: progress of dispatches, and columns of sent versions."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.context import MatchContext
from lambdas.adapters.connection_rows import epoch, key
from lambdas.adapters.stored_rows import reading

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=1)


class DynamoDispatchLedger:
    """Checkpoints by version and shard, and the context columns of each version."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._columns: dict[tuple[str, int], dict[str, str]] = {}

    def checkpoint(self, match_id: str, version: int, shard: int) -> tuple[str | None, tuple[str, ...]]:
        """Return the position and the failed connections; (None, ()) before the first page."""
        row = self._client.get_item(
            TableName=self._table_name,
            Key=key(f"LEDGER#{match_id}#{version}", str(shard)),
            ConsistentRead=True,
        ).get("Item")
        if row is None:
            return None, ()
        with reading("checkpoint"):
            return row["after"]["S"], tuple(json.loads(row["owed"]["S"]))

    def save_checkpoint(
        self, match_id: str, version: int, shard: int, checkpoint: tuple[str | None, tuple[str, ...]]
    ) -> None:
        """Write the position and the failed connections."""
        position, failed = checkpoint
        if position is None:
            return
        self._put(
            {
                **key(f"LEDGER#{match_id}#{version}", str(shard)),
                "after": {"S": position},
                "owed": {"S": json.dumps(failed)},
            }
        )

    def sent_columns(self, match_id: str, version: int) -> dict[str, str]:
        """Return the columns of a version that was sent; empty if it is unknown."""
        known = self._columns.get((match_id, version))
        if known is not None:
            return known
        row = self._client.get_item(
            TableName=self._table_name, Key=key(f"SHOWN#{match_id}", str(version))
        ).get("Item")
        if row is None:
            return {}
        with reading("columns"):
            columns: dict[str, str] = json.loads(row["columns"]["S"])
        self._columns[match_id, version] = columns
        return columns

    def save_columns(self, context: MatchContext) -> None:
        """Write the columns of a version."""
        self._put(
            {
                **key(f"SHOWN#{context.match_id}", str(context.version)),
                "columns": {"S": json.dumps(context.columns)},
            }
        )

    def _put(self, row: dict[str, Any]) -> None:
        self._client.put_item(
            TableName=self._table_name, Item={**row, "expires_at": epoch(self._clock() + KEPT_FOR)}
        )
