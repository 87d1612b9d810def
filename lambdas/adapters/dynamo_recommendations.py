"""Recommendations that all shards of a match share, in DynamoDB: whoever claims one asks for it, once."""

import json
from datetime import datetime, timedelta
from typing import Any

from domain.placement import Rung
from domain.recommendation import Recommendation
from lambdas.adapters.connection_rows import Row, epoch, key

LEASE = timedelta(seconds=2)
KEPT_FOR = timedelta(minutes=5)


class DynamoRecommendationCache:
    """One row per context cell and cohort: claimed under a lease, then filled."""

    def __init__(self, client: Any, table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def claim(self, match_id: str, cell: str, cohort_key: str, now: datetime) -> Recommendation | bool:
        """The recommendation if it is there; else whether the claim is ours."""
        try:
            self._client.update_item(
                TableName=self._table_name,
                Key=_key(match_id, cell, cohort_key),
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
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            ranking = error.response.get("Item", {}).get("ranking")
            return _read(ranking["S"]) if ranking else False
        return True

    def store(
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
                **_key(match_id, cell, cohort_key),
                "ranking": {"S": json.dumps(ranking, separators=(",", ":"))},
                "leased_until": _milliseconds(now),
                "expires_at": epoch(now + KEPT_FOR),
            },
        )

    def release(self, match_id: str, cell: str, cohort_key: str) -> None:
        """Give a claim back, so that the next one to come asks."""
        self._client.delete_item(TableName=self._table_name, Key=_key(match_id, cell, cohort_key))


def _key(match_id: str, cell: str, cohort_key: str) -> Row:
    return key(f"RECOMMENDATION#{match_id}#{cell}", cohort_key)


def _milliseconds(instant: datetime) -> Row:
    return {"N": str(int(instant.timestamp() * 1000))}


def _read(text: str) -> Recommendation:
    rung, recommendation_id, component_ids = json.loads(text)
    return Recommendation(
        component_ids=tuple(component_ids), rung=Rung(rung), recommendation_id=recommendation_id
    )
