"""Recommendations that all shards of a match share, in the table `connections`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.batches import batches
from domain.placement import Rung
from domain.recommendation import VIEWER_OWNER, Recommendation
from lambdas.adapters.aws import THROTTLED, error_code
from lambdas.adapters.batch_read import read_rows
from lambdas.adapters.connection_rows import Row, epoch, is_live, key, shard_of
from lambdas.adapters.retry import write_all
from lambdas.adapters.stored_rows import reading

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(seconds=2)
CLAIM_KEPT_FOR = timedelta(minutes=5)
CLAIM_ROWS = 4
"""The rows of a cell's claims: a row of many cohorts would cost much to write, many rows many calls."""
RECOMMENDATION, CLAIMS = "RECOMMENDATION", "CLAIMS"
MAX_ROWS_PER_CALL = 25
"""The most that BatchWriteItem accepts."""
STORE_ATTEMPTS = 3


class DynamoRecommendationCache:
    """One row per context cell and owner, which is a cohort or a viewer, and a few rows of claims per cell.

    A worker claims owners under a lease, calls the campaign for them, and stores their recommendations. The
    leases of many cohorts are in one row, so that one call claims several; a viewer's is in a row of its own.

    Each recommendation is a partition of its own, so that all shards can read at once after a goal: one
    partition serves 1,000 writes and 3,000 reads a second.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def find_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation | None]:
        """Return the recommendations found by owner; None for one that a worker has claimed."""
        claims = {_claims_partition(match_id, cell, owner) for owner in owners}
        rows = self._rows(match_id, cell, owners, [key(partition, CLAIMS) for partition in claims])
        leased = [
            owner
            for row in rows
            if row["sk"]["S"] == CLAIMS
            for owner in owners
            if owner in row and _is_leased(row[owner], now)
        ]
        return {**dict.fromkeys(leased), **_recommendations(rows, now)}

    def stored_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation]:
        """Return the recommendations that are stored, by owner."""
        return _recommendations(self._rows(match_id, cell, owners), now)

    def _rows(self, match_id: str, cell: str, owners: Sequence[str], more: Sequence[Row] = ()) -> list[Row]:
        keys = [key(_partition(match_id, cell, owner), RECOMMENDATION) for owner in owners]
        return list(read_rows(self._client, self._table_name, [*keys, *more]))

    def claim_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime, *, limit: int
    ) -> Sequence[str]:
        """Claim as many as the limit allows of those whose leases are in one row; return those claimed."""
        partition = _claims_partition(match_id, cell, owners[0])
        wanted = [each for each in owners if _claims_partition(match_id, cell, each) == partition][:limit]
        while wanted:
            try:
                self._lease(partition, wanted, now)
            except self._client.exceptions.ConditionalCheckFailedException as error:
                response: Any = error.response
                wanted = _not_leased(wanted, response.get("Item", {}), now)
            except self._client.exceptions.ClientError as error:
                if error_code(error) not in THROTTLED:
                    raise
                return []
            else:
                return wanted
        return []

    def _lease(self, partition: str, owners: Sequence[str], now: datetime) -> None:
        """Write the leases of all owners, or of none if a worker holds one of them."""
        names = {f"#{number}": owner for number, owner in enumerate(owners)}
        self._client.update_item(
            TableName=self._table_name,
            Key=key(partition, CLAIMS),
            UpdateExpression="SET expires_at = :expires, " + ", ".join(f"{name} = :lease" for name in names),
            ConditionExpression=" AND ".join(
                f"(attribute_not_exists({name}) OR {name} < :now)" for name in names
            ),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={
                ":lease": _milliseconds(now + LEASE),
                ":now": _milliseconds(now),
                ":expires": epoch(now + CLAIM_KEPT_FOR),
            },
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    def store_recommendations(
        self,
        match_id: str,
        cell: str,
        recommendations: Mapping[str, Recommendation],
        now: datetime,
        *,
        kept_for: timedelta,
    ) -> None:
        """Write recommendations by owner.

        One that DynamoDB does not accept in time is not shared: its lease ends, and another worker calls.
        """
        rows = [
            {
                **key(_partition(match_id, cell, owner), RECOMMENDATION),
                "owner": {"S": owner},
                "ranking": {"S": _write(recommendation)},
                "expires_at": epoch(now + kept_for),
            }
            for owner, recommendation in recommendations.items()
        ]
        calls = batches(rows, size=lambda _: 1, max_size=MAX_ROWS_PER_CALL)
        write_all(calls, self._put, attempts=STORE_ATTEMPTS)

    def _put(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Write rows; return those that DynamoDB did not accept."""
        writes: Any = [{"PutRequest": {"Item": row}} for row in rows]
        answer: Any = self._client.batch_write_item(RequestItems={self._table_name: writes})
        refused = answer.get("UnprocessedItems", {}).get(self._table_name, [])
        return [write["PutRequest"]["Item"] for write in refused]

    def release_claims(self, match_id: str, cell: str, owners: Sequence[str]) -> None:
        """Remove the leases of owners that were claimed together, so that another worker can claim them."""
        names = {f"#{number}": owner for number, owner in enumerate(owners)}
        self._client.update_item(
            TableName=self._table_name,
            Key=key(_claims_partition(match_id, cell, owners[0]), CLAIMS),
            UpdateExpression="REMOVE " + ", ".join(names),
            ExpressionAttributeNames=names,
        )


def _partition(match_id: str, cell: str, owner: str) -> str:
    return f"RECOMMENDATION#{match_id}#{cell}#{owner}"


def _claims_partition(match_id: str, cell: str, owner: str) -> str:
    is_viewer = owner.startswith(VIEWER_OWNER)
    return f"CLAIMS#{match_id}#{cell}#{owner if is_viewer else shard_of(owner, CLAIM_ROWS)}"


def _not_leased(owners: Sequence[str], claims: Row, now: datetime) -> list[str]:
    """Return the owners that no worker holds; none if the row does not say why the claim was refused."""
    free = [owner for owner in owners if owner not in claims or not _is_leased(claims[owner], now)]
    return free if len(free) < len(owners) else []


def _is_leased(lease: Row, now: datetime) -> bool:
    return int(lease["N"]) >= int(now.timestamp() * 1000)


def _milliseconds(instant: datetime) -> Row:
    return {"N": str(int(instant.timestamp() * 1000))}


def _recommendations(rows: Iterable[Row], now: datetime) -> dict[str, Recommendation]:
    stored = [row for row in rows if row["sk"]["S"] == RECOMMENDATION and is_live(row, now)]
    return {row["owner"]["S"]: _read(row["ranking"]["S"]) for row in stored}


def _write(recommendation: Recommendation) -> str:
    ranking = [
        recommendation.rung.value,
        recommendation.recommendation_id,
        list(recommendation.component_ids),
    ]
    return json.dumps(ranking, separators=(",", ":"))


@reading("recommendation")
def _read(text: str) -> Recommendation:
    rung, recommendation_id, component_ids = json.loads(text)
    return Recommendation(
        component_ids=tuple(component_ids), rung=Rung(rung), recommendation_id=recommendation_id
    )
