"""The dispatch ledger in the table `connections`: progress of dispatches, and columns of sent versions.

Each shard's checkpoint is a partition of its own, because all shards of a version write at the same time.
"""

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
    """Claims and checkpoints by version and shard, and the context columns of each version."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._columns: dict[tuple[str, int], dict[str, str]] = {}

    def mark_planned(self, match_id: str, version: int) -> None:
        """Write that the tasks of a version are in the queue."""
        self._put(key(f"LEDGER#{match_id}#{version}", "PLANNED"))

    def is_planned(self, match_id: str, version: int) -> bool:
        """True if the tasks of a version were sent."""
        answer = self._client.get_item(
            TableName=self._table_name,
            Key=key(f"LEDGER#{match_id}#{version}", "PLANNED"),
            ConsistentRead=True,
        )
        return "Item" in answer

    def claim(
        self, match_id: str, version: int, shard: int, *, now: datetime, until: datetime
    ) -> tuple[str | None, tuple[str, ...]] | None:
        """Claim a dispatch; return the position and the owed connections, None while another task has it."""
        try:
            row = self._client.update_item(
                TableName=self._table_name,
                Key=_checkpoint_key(match_id, version, shard),
                UpdateExpression="SET claimed_until_ms = :until, expires_at = :expires",
                ConditionExpression="attribute_not_exists(claimed_until_ms) OR claimed_until_ms <= :now",
                ExpressionAttributeValues={
                    ":until": _epoch_ms(until),
                    ":now": _epoch_ms(now),
                    ":expires": self._expires_at(),
                },
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        if "position" not in row:
            return None, ()
        with reading("checkpoint"):
            return row["position"]["S"], tuple(json.loads(row["owed"]["S"]))

    def release(self, match_id: str, version: int, shard: int) -> None:
        """Remove the claim."""
        self._client.update_item(
            TableName=self._table_name,
            Key=_checkpoint_key(match_id, version, shard),
            UpdateExpression="REMOVE claimed_until_ms",
        )

    def save_checkpoint(
        self, match_id: str, version: int, shard: int, checkpoint: tuple[str | None, tuple[str, ...]]
    ) -> None:
        """Write the position and the owed connections."""
        position, owed = checkpoint
        if position is None:
            return
        self._client.update_item(
            TableName=self._table_name,
            Key=_checkpoint_key(match_id, version, shard),
            UpdateExpression="SET #position = :position, owed = :owed, expires_at = :expires",
            ExpressionAttributeNames={"#position": "position"},
            ExpressionAttributeValues={
                ":position": {"S": position},
                ":owed": {"S": json.dumps(owed)},
                ":expires": self._expires_at(),
            },
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
        self._client.put_item(TableName=self._table_name, Item={**row, "expires_at": self._expires_at()})

    def _expires_at(self) -> dict[str, Any]:
        return epoch(self._clock() + KEPT_FOR)


def _checkpoint_key(match_id: str, version: int, shard: int) -> dict[str, Any]:
    return key(f"LEDGER#{match_id}#{version}#{shard}", "CHECKPOINT")


def _epoch_ms(instant: datetime) -> dict[str, Any]:
    return {"N": str(int(instant.timestamp() * 1000))}
