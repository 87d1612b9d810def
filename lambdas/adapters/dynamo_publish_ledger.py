"""Progress of a version's dispatch to each audience, in the table `connections`."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from domain.publish_progress import PROGRESS_KEPT_FOR, PublishProgress
from lambdas.adapters.connection_rows import Row, epoch, epoch_ms, is_live, key
from lambdas.adapters.stored_rows import reading

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoPublishLedger:
    """A row for each version and address; each is a partition of its own, as those of shards are."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock

    def claim(
        self, match_id: str, version: int, address: str, *, now: datetime, until: datetime
    ) -> PublishProgress | None:
        """Claim a dispatch; return how far it has come, None while another task has it.

        A row that has expired says nothing, deleted or not: the version is to be written again. The client
        sends a request again whose answer was lost: a claim until the same millisecond is its own.
        """
        try:
            row: Row = self._client.update_item(
                TableName=self._table_name,
                Key=_key(match_id, version, address),
                UpdateExpression="SET claimed_until_ms = :until, expires_at = :expires",
                ConditionExpression="attribute_not_exists(claimed_until_ms) OR claimed_until_ms <= :now"
                " OR claimed_until_ms = :until",
                ExpressionAttributeValues={
                    ":until": {"N": str(epoch_ms(until))},
                    ":now": {"N": str(epoch_ms(now))},
                    ":expires": self._expires_at(),
                },
                ReturnValues="ALL_OLD",
            ).get("Attributes", {})
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return _read_progress(row) if row and is_live(row, now) else PublishProgress()

    def release(self, match_id: str, version: int, address: str, progress: PublishProgress) -> None:
        """Write the progress and remove the claim."""
        self._client.update_item(
            TableName=self._table_name,
            Key=_key(match_id, version, address),
            UpdateExpression="SET is_published = :published, is_stored = :stored, expires_at = :expires"
            " REMOVE claimed_until_ms",
            ExpressionAttributeValues={
                ":published": {"BOOL": progress.is_published},
                ":stored": {"BOOL": progress.is_stored},
                ":expires": self._expires_at(),
            },
        )

    def _expires_at(self) -> Row:
        return epoch(self._clock() + PROGRESS_KEPT_FOR)


@reading("progress of a dispatch")
def _read_progress(row: Row) -> PublishProgress:
    if "is_published" not in row:
        return PublishProgress()
    return PublishProgress(is_published=row["is_published"]["BOOL"], is_stored=row["is_stored"]["BOOL"])


def _key(match_id: str, version: int, address: str) -> Row:
    return key(f"LEDGER#{match_id}#{version}#{address}", "AUDIENCE")
