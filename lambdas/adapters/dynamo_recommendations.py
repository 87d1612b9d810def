"""Recommendations that all shards of a match share, in DynamoDB: whoever claims one asks for it, once."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.placement import Rung
from domain.recommendation import Recommendation
from lambdas.adapters.batch_read import read_keys
from lambdas.adapters.connection_rows import Row, epoch, is_live, key

LEASE = timedelta(seconds=2)
KEPT_FOR = timedelta(minutes=5)


class DynamoRecommendationCache:
    """One row per context cell and cohort: claimed under a lease, then filled.

    Each row has a partition key of its own: when a goal makes all shards of a match look at once, no
    partition has to carry them all (one takes 1,000 writes and 3,000 reads a second).
    """

    def __init__(self, client: Any, table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def find_recommendations(
        self, match_id: str, cell: str, cohort_keys: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation | None]:
        """By cohort what is there: a recommendation, or None while another asks for it."""
        keys = {_partition(match_id, cell, cohort_key): cohort_key for cohort_key in cohort_keys}
        rows = read_keys(self._client, self._table_name, (key(pk, _SORT) for pk in keys))
        return {
            keys[row["pk"]["S"]]: _read(row["ranking"]["S"]) if "ranking" in row else None
            for row in rows
            if is_live(row, now) and ("ranking" in row or _is_leased(row, now))
        }

    def claim_recommendation(self, match_id: str, cell: str, cohort_key: str, now: datetime) -> bool:
        """Whether it is ours to ask: there is no recommendation, and nobody else is asking for it."""
        try:
            self._client.update_item(
                TableName=self._table_name,
                Key=key(_partition(match_id, cell, cohort_key), _SORT),
                UpdateExpression="SET leased_until = :lease, expires_at = :expires REMOVE ranking",
                ConditionExpression=(
                    "attribute_not_exists(pk) OR expires_at < :now "
                    "OR (attribute_not_exists(ranking) AND leased_until < :now_ms)"
                ),
                ExpressionAttributeValues={
                    ":lease": _milliseconds(now + LEASE),
                    ":expires": epoch(now + KEPT_FOR),
                    ":now": epoch(now),
                    ":now_ms": _milliseconds(now),
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def store_recommendation(
        self, match_id: str, cell: str, cohort_key: str, recommendation: Recommendation, now: datetime
    ) -> None:
        """Fill the claimed row."""
        ranking = [
            recommendation.rung.value,
            recommendation.recommendation_id,
            list(recommendation.component_ids),
        ]
        self._client.put_item(
            TableName=self._table_name,
            Item={
                **key(_partition(match_id, cell, cohort_key), _SORT),
                "ranking": {"S": json.dumps(ranking, separators=(",", ":"))},
                "leased_until": _milliseconds(now),
                "expires_at": epoch(now + KEPT_FOR),
            },
        )

    def release_claim(self, match_id: str, cell: str, cohort_key: str) -> None:
        """Give a claim back, so that the next one to come asks."""
        self._client.delete_item(
            TableName=self._table_name, Key=key(_partition(match_id, cell, cohort_key), _SORT)
        )


_SORT = "RECOMMENDATION"


def _partition(match_id: str, cell: str, cohort_key: str) -> str:
    return f"RECOMMENDATION#{match_id}#{cell}#{cohort_key}"


def _is_leased(row: Row, now: datetime) -> bool:
    return int(row["leased_until"]["N"]) >= now.timestamp() * 1000


def _milliseconds(instant: datetime) -> Row:
    return {"N": str(int(instant.timestamp() * 1000))}


def _read(text: str) -> Recommendation:
    rung, recommendation_id, component_ids = json.loads(text)
    return Recommendation(
        component_ids=tuple(component_ids), rung=Rung(rung), recommendation_id=recommendation_id
    )
