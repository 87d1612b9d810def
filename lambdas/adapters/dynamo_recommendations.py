"""Recommendations that all shards of a match share, in the table `connections`."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.placement import Rung
from domain.recommendation import Recommendation
from lambdas.adapters.batch_read import read_rows
from lambdas.adapters.connection_rows import Row, epoch, is_live, key
from lambdas.adapters.stored_rows import reading

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(seconds=2)
CLAIM_KEPT_FOR = timedelta(minutes=5)


class DynamoRecommendationCache:
    """One row per context cell and owner, which is a cohort or a viewer.

    A worker claims the row under a lease, then stores the recommendation in it.

    Each row is a partition of its own, so that all shards can read at once after a goal: one partition
    serves 1,000 writes and 3,000 reads a second.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def find_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation | None]:
        """Return the recommendations found by owner; None for one that a worker has claimed."""
        keys = {_partition(match_id, cell, owner): owner for owner in owners}
        rows = read_rows(self._client, self._table_name, (key(pk, _SORT) for pk in keys))
        return {
            keys[row["pk"]["S"]]: _read(row["ranking"]["S"]) if "ranking" in row else None
            for row in rows
            if is_live(row, now) and ("ranking" in row or _is_leased(row, now))
        }

    def claim_recommendation(self, match_id: str, cell: str, owner: str, now: datetime) -> bool:
        """True if this worker now holds the claim: there is no recommendation and no live claim."""
        try:
            self._client.update_item(
                TableName=self._table_name,
                Key=key(_partition(match_id, cell, owner), _SORT),
                UpdateExpression="SET leased_until = :lease, expires_at = :expires REMOVE ranking",
                ConditionExpression=(
                    "attribute_not_exists(pk) OR expires_at < :now "
                    "OR (attribute_not_exists(ranking) AND leased_until < :now_ms)"
                ),
                ExpressionAttributeValues={
                    ":lease": _milliseconds(now + LEASE),
                    ":expires": epoch(now + CLAIM_KEPT_FOR),
                    ":now": epoch(now),
                    ":now_ms": _milliseconds(now),
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def store_recommendation(
        self,
        match_id: str,
        cell: str,
        owner: str,
        recommendation: Recommendation,
        now: datetime,
        *,
        kept_for: timedelta,
    ) -> None:
        """Write the recommendation to the claimed row."""
        ranking = [
            recommendation.rung.value,
            recommendation.recommendation_id,
            list(recommendation.component_ids),
        ]
        self._client.put_item(
            TableName=self._table_name,
            Item={
                **key(_partition(match_id, cell, owner), _SORT),
                "ranking": {"S": json.dumps(ranking, separators=(",", ":"))},
                "leased_until": _milliseconds(now),
                "expires_at": epoch(now + kept_for),
            },
        )

    def release_claim(self, match_id: str, cell: str, owner: str) -> None:
        """Delete the claim, so that another worker can make one."""
        self._client.delete_item(
            TableName=self._table_name, Key=key(_partition(match_id, cell, owner), _SORT)
        )


_SORT = "RECOMMENDATION"


def _partition(match_id: str, cell: str, owner: str) -> str:
    return f"RECOMMENDATION#{match_id}#{cell}#{owner}"


def _is_leased(row: Row, now: datetime) -> bool:
    return int(row["leased_until"]["N"]) >= now.timestamp() * 1000


def _milliseconds(instant: datetime) -> Row:
    return {"N": str(int(instant.timestamp() * 1000))}


@reading("recommendation")
def _read(text: str) -> Recommendation:
    rung, recommendation_id, component_ids = json.loads(text)
    return Recommendation(
        component_ids=tuple(component_ids), rung=Rung(rung), recommendation_id=recommendation_id
    )
