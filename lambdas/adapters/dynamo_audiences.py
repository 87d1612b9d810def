"""Audiences of matches, and viewers who are asked for by name, in the table `connections`."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.audience import Audience, CountedAudience
from domain.cohort import ViewerTraits
from domain.publish_progress import TOLD_AGAIN_AFTER
from lambdas.adapters.connection_rows import Row, epoch, is_live, key, profile_text, read_profile
from lambdas.adapters.stored_rows import reading
from lambdas.adapters.timed_cache import TimedCache

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=1)
VIEWER_COUNT_CACHED_FOR = timedelta(seconds=30)
FULL_KEPT_FOR = timedelta(minutes=1)
"""How long an environment remembers that a match has all the named viewers it may have."""


class DynamoAudienceStore:
    """Partition `AUDIENCES#<match>` has a row for each audience, `NAMED#<match>` one for each viewer."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name
        self._full = TimedCache[str, bool](FULL_KEPT_FOR)
        self._viewer_counts = TimedCache[str, int](VIEWER_COUNT_CACHED_FOR)

    def add(self, match_id: str, audience: Audience, now: datetime) -> bool:
        """Write the audience, in one call that leaves its count as it is."""
        row: Row = self._client.update_item(
            TableName=self._table_name,
            Key=_audience_key(match_id, audience),
            UpdateExpression="SET profile = :profile, holdout = :holdout, expires_at = :expires",
            ExpressionAttributeValues={
                ":profile": {"S": profile_text(audience.traits)},
                ":holdout": {"BOOL": audience.holdout},
                ":expires": epoch(now + KEPT_FOR),
            },
            ReturnValues="ALL_NEW",
        )["Attributes"]
        return "sent_at" not in row or int(row["sent_at"]["N"]) <= (now - TOLD_AGAIN_AFTER).timestamp()

    def mark_sent(self, match_id: str, audience: Audience, now: datetime) -> None:
        """Set the attribute that tells `add` so."""
        self._client.update_item(
            TableName=self._table_name,
            Key=_audience_key(match_id, audience),
            UpdateExpression="SET sent_at = :now",
            ExpressionAttributeValues={":now": epoch(now)},
        )

    def count_viewers(self, match_id: str, audience: Audience, viewers: int) -> None:
        """Add to the count in the audience's row; a row that has expired meanwhile stays deleted."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(
                TableName=self._table_name,
                Key=_audience_key(match_id, audience),
                UpdateExpression="ADD viewers :viewers",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":viewers": {"N": str(viewers)}},
            )

    def audiences(self, match_id: str, now: datetime) -> Sequence[CountedAudience]:
        """Read the match's partition."""
        rows = self._rows(f"AUDIENCES#{match_id}")
        return [_read_audience(row) for row in rows if is_live(row, now)]

    def viewer_count(self, match_id: str, now: datetime) -> int:
        """Return the sum of the audiences' counts, cached for half a minute."""
        known = self._viewer_counts.find(match_id, now)
        if known is None:
            known = sum(each.viewers for each in self.audiences(match_id, now))
            self._viewer_counts.store(match_id, known, now)
        return known

    def add_named(
        self, match_id: str, viewer: ViewerTraits, now: datetime, *, limit: int, has_changed: bool = False
    ) -> bool:
        """Write the viewer's row, then count it if it is new; over the limit the row is deleted again."""
        is_full = self._full.find(match_id, now) and not has_changed
        if is_full or not self._put_viewer(match_id, viewer, now):
            return False
        if self._count_named(match_id, now, limit):
            return True
        self._client.delete_item(TableName=self._table_name, Key=_viewer_key(match_id, viewer.viewer_id))
        self._full.store(match_id, True, now)
        return False

    def named(self, match_id: str, now: datetime) -> Sequence[ViewerTraits]:
        """Read the match's partition."""
        return [_read_viewer(row) for row in self._rows(f"NAMED#{match_id}") if is_live(row, now)]

    def _put_viewer(self, match_id: str, viewer: ViewerTraits, now: datetime) -> bool:
        """Write the viewer's row unless it has these traits already; True if it is a new one."""
        profile: Row = {"S": profile_text(viewer)}
        try:
            answer = self._client.put_item(
                TableName=self._table_name,
                Item={
                    **_viewer_key(match_id, viewer.viewer_id),
                    "profile": profile,
                    "expires_at": epoch(now + KEPT_FOR),
                },
                ConditionExpression="attribute_not_exists(pk) OR profile <> :profile",
                ExpressionAttributeValues={":profile": profile},
                ReturnValues="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return "Attributes" not in answer

    def _count_named(self, match_id: str, now: datetime, limit: int) -> bool:
        """Count one more named viewer; False if the match has as many as it may have."""
        if limit < 1:
            return False
        try:
            self._client.update_item(
                TableName=self._table_name,
                Key=key(f"NAMED#{match_id}#COUNT", "COUNT"),
                UpdateExpression="SET expires_at = :expires ADD viewers :one",
                ConditionExpression="attribute_not_exists(viewers) OR viewers < :limit",
                ExpressionAttributeValues={
                    ":expires": epoch(now + KEPT_FOR),
                    ":one": {"N": "1"},
                    ":limit": {"N": str(limit)},
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _rows(self, partition: str) -> Iterator[Row]:
        start: Row = {}
        while True:
            answer = self._client.query(
                TableName=self._table_name,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": partition}},
                ConsistentRead=True,
                **start,
            )
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def _audience_key(match_id: str, audience: Audience) -> Row:
    return key(f"AUDIENCES#{match_id}", audience.address(match_id))


def _viewer_key(match_id: str, viewer_id: str) -> Row:
    return key(f"NAMED#{match_id}", viewer_id)


@reading("audience")
def _read_audience(row: Row) -> CountedAudience:
    cohort, consents = read_profile(row["profile"]["S"])
    return CountedAudience(
        audience=Audience(cohort=cohort, consents=consents, holdout=row["holdout"]["BOOL"]),
        viewers=int(row.get("viewers", {"N": "0"})["N"]),
    )


@reading("named viewer")
def _read_viewer(row: Row) -> ViewerTraits:
    cohort, consents = read_profile(row["profile"]["S"])
    return ViewerTraits(viewer_id=row["sk"]["S"], cohort=cohort, consents=consents)
