"""The campaign's transactions per second as a shared token bucket: one counter row per second in DynamoDB."""

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambdas.adapters.connection_rows import epoch, key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LEASES_PER_LIMIT = 20
MIN_LEASE = 5
"""An execution environment leases a twentieth of the limit at a time, or five, to reduce calls."""
KEPT_FOR = timedelta(minutes=2)
VIEWER_PART = 5
"""In cohort mode a fifth of the rate is reserved for per-viewer calls, so that they never delay a cohort."""


class DynamoRateBudget:
    """Leases tokens of the current second; all environments together never exceed the limit."""

    def __init__(self, client: "DynamoDBClient", table_name: str, *, campaign: str, limit: int) -> None:
        self._client = client
        self._table_name = table_name
        self._campaign = campaign
        self._limit = limit
        self._lock = threading.Lock()
        self._second = 0
        self._left = 0
        self._exhausted = False

    def take_token(self, now: datetime) -> bool:
        """Take one token of this second; False if none is left."""
        second = int(now.timestamp())
        with self._lock:
            if second != self._second:
                self._second, self._left, self._exhausted = second, 0, False
            if self._left == 0 and not self._exhausted:
                lease = min(self._limit, max(MIN_LEASE, self._limit // LEASES_PER_LIMIT))
                self._left = self._lease(now, lease)
                self._exhausted = self._left == 0
            if self._left == 0:
                return False
            self._left -= 1
            return True

    def _lease(self, now: datetime, wanted: int) -> int:
        """Lease as many tokens as are left, at most `wanted`."""
        while wanted > 0:
            try:
                self._client.update_item(
                    TableName=self._table_name,
                    Key=key(f"RATE#{self._campaign}", str(self._second)),
                    UpdateExpression="SET expires_at = :expires ADD taken :wanted",
                    ConditionExpression="attribute_not_exists(taken) OR taken <= :room",
                    ExpressionAttributeValues={
                        ":expires": epoch(now + KEPT_FOR),
                        ":wanted": {"N": str(wanted)},
                        ":room": {"N": str(self._limit - wanted)},
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as error:
                response: Any = error.response
                taken = int(response.get("Item", {}).get("taken", {}).get("N", self._limit))
                wanted = min(wanted - 1, self._limit - taken)
            else:
                return wanted
        return 0


def rate_budgets(
    client: "DynamoDBClient", table_name: str, *, campaign: str, limit: int, per_viewer: bool
) -> tuple[DynamoRateBudget, DynamoRateBudget]:
    """Return the budgets of cohorts and of viewers; with `per_viewer` both are the same one."""
    if per_viewer:
        budget = DynamoRateBudget(client, table_name, campaign=campaign, limit=limit)
        return budget, budget
    viewer_limit = limit // VIEWER_PART
    return (
        DynamoRateBudget(client, table_name, campaign=campaign, limit=limit - viewer_limit),
        DynamoRateBudget(client, table_name, campaign=f"{campaign}#viewers", limit=viewer_limit),
    )
