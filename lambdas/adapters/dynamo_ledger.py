"""The dispatch ledger in DynamoDB: what was sent, so that a task delivered again sends only the rest."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from domain.context import MatchContext
from lambdas.adapters.connection_rows import epoch, key

KEPT_FOR = timedelta(days=1)


class DynamoDispatchLedger:
    """Checkpoints per version and shard, and the columns of each version sent."""

    def __init__(self, client: Any, table_name: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._shown: dict[tuple[str, int], dict[str, str]] = {}

    def checkpoint(self, match_id: str, version: int, shard: int) -> tuple[str | None, tuple[str, ...]]:
        """How far the dispatch has come, and who is still owed; (None, ()) before the first page."""
        row = self._client.get_item(
            TableName=self._table_name,
            Key=key(f"LEDGER#{match_id}#{version}", str(shard)),
            ConsistentRead=True,
        ).get("Item")
        if row is None:
            return None, ()
        return row["after"]["S"], tuple(json.loads(row["owed"]["S"]))

    def save_checkpoint(
        self, match_id: str, version: int, shard: int, checkpoint: tuple[str | None, tuple[str, ...]]
    ) -> None:
        """Remember how far the dispatch has come."""
        after, owed = checkpoint
        if after is None:
            return
        self._put(
            {
                **key(f"LEDGER#{match_id}#{version}", str(shard)),
                "after": {"S": after},
                "owed": {"S": json.dumps(owed)},
            }
        )

    def sent_columns(self, match_id: str, version: int) -> dict[str, str]:
        """The columns of a version that was sent; empty if it is unknown."""
        known = self._shown.get((match_id, version))
        if known is not None:
            return known
        row = self._client.get_item(
            TableName=self._table_name, Key=key(f"SHOWN#{match_id}", str(version))
        ).get("Item")
        if row is None:
            return {}
        columns: dict[str, str] = json.loads(row["columns"]["S"])
        self._shown[match_id, version] = columns
        return columns

    def save_columns(self, context: MatchContext) -> None:
        """Keep the columns of a version."""
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
