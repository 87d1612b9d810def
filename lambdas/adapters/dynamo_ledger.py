"""The dispatch ledger in the table `connections`: progress of dispatches, and columns of sent versions.

Each shard's checkpoint is a partition of its own, because all shards of a version write at the same time.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.context import MatchContext
from domain.dispatch_checkpoint import DispatchCheckpoint
from lambdas.adapters.connection_rows import Row, epoch, key
from lambdas.adapters.stored_rows import reading

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=1)
READ_AGAIN_AFTER = timedelta(seconds=1)
"""Limits the reads of versions that were never sent."""
MAX_CACHED = 1_000
"""Clients choose the versions that are cached."""


class DynamoDispatchLedger:
    """Claims and checkpoints by version and shard, and the context columns of each version."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._columns: dict[tuple[str, int], tuple[dict[str, str], datetime]] = {}

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
    ) -> DispatchCheckpoint | None:
        """Claim a dispatch; return how far it has come, None while another task has it.

        The client sends a request again whose answer was lost: a claim until the same millisecond is its own.
        """
        try:
            row = self._client.update_item(
                TableName=self._table_name,
                Key=_checkpoint_key(match_id, version, shard),
                UpdateExpression="SET claimed_until_ms = :until, expires_at = :expires",
                ConditionExpression="attribute_not_exists(claimed_until_ms) OR claimed_until_ms <= :now"
                " OR claimed_until_ms = :until",
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
            return DispatchCheckpoint()
        with reading("checkpoint"):
            return _read_checkpoint(row)

    def release(self, match_id: str, version: int, shard: int, checkpoint: DispatchCheckpoint) -> None:
        """Remove the claim, and write the checkpoint if it has a position."""
        row_key = _checkpoint_key(match_id, version, shard)
        if checkpoint.position is None:
            self._client.update_item(
                TableName=self._table_name, Key=row_key, UpdateExpression="REMOVE claimed_until_ms"
            )
        else:
            self._write(row_key, checkpoint, "REMOVE claimed_until_ms")

    def save_checkpoint(
        self, match_id: str, version: int, shard: int, checkpoint: DispatchCheckpoint
    ) -> None:
        """Write the checkpoint; nothing before the first position."""
        if checkpoint.position is not None:
            self._write(_checkpoint_key(match_id, version, shard), checkpoint)

    def _write(self, row_key: Row, checkpoint: DispatchCheckpoint, removal: str = "") -> None:
        changes = "#position = :position, owed = :owed, unread = :unread, expires_at = :expires"
        values: dict[str, Any] = {
            ":position": {"S": checkpoint.position},
            ":owed": {"S": json.dumps(checkpoint.owed)},
            ":unread": {"S": json.dumps(checkpoint.unread)},
            ":expires": self._expires_at(),
        }
        if checkpoint.found is not None:
            changes += ", subscribers_found = :found"
            values[":found"] = {"N": str(checkpoint.found)}
        self._client.update_item(
            TableName=self._table_name,
            Key=row_key,
            UpdateExpression=f"SET {changes} {removal}",
            ExpressionAttributeNames={"#position": "position"},
            ExpressionAttributeValues=values,
        )

    def sent_columns(self, match_id: str, version: int) -> dict[str, str]:
        """Return the columns of a version that was sent, cached; empty if it is unknown."""
        columns, read_again_at = self._columns.get((match_id, version), ({}, None))
        if columns or (read_again_at is not None and self._clock() < read_again_at):
            return columns
        row = self._client.get_item(
            TableName=self._table_name, Key=key(f"SHOWN#{match_id}", str(version))
        ).get("Item")
        if row is not None:
            with reading("columns"):
                columns = json.loads(row["columns"]["S"])
        if len(self._columns) >= MAX_CACHED:
            self._columns.clear()
        self._columns[match_id, version] = columns, self._clock() + READ_AGAIN_AFTER
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


def _read_checkpoint(row: Row) -> DispatchCheckpoint:
    """Read a row; earlier versions of the code wrote neither `unread` nor a count."""
    return DispatchCheckpoint(
        position=row["position"]["S"],
        owed=tuple(json.loads(row["owed"]["S"])),
        unread=tuple(json.loads(row["unread"]["S"])) if "unread" in row else (),
        found=int(row["subscribers_found"]["N"]) if "subscribers_found" in row else None,
    )


def _epoch_ms(instant: datetime) -> dict[str, Any]:
    return {"N": str(int(instant.timestamp() * 1000))}
