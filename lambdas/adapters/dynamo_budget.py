"""The campaign's transactions per second as a token bucket in DynamoDB: one counter row per second."""

import threading
from datetime import datetime, timedelta
from typing import Any

from lambdas.adapters.connection_rows import epoch, key

LEASE_SHARE = 20
LEAST_LEASE = 5
"""A function environment takes a twentieth of the second's budget at a time, or five, to save calls."""
KEPT_FOR = timedelta(minutes=2)
VIEWERS_PART = 5
"""Where cohorts are asked for, this part of the rate is for viewers by name: they delay no cohort."""


class DynamoRateBudget:
    """Leases transactions of the current second in portions; never more in total than the limit."""

    def __init__(self, client: Any, table_name: str, *, campaign: str, limit: int) -> None:
        self._client = client
        self._table_name = table_name
        self._campaign = campaign
        self._limit = limit
        self._lock = threading.Lock()
        self._second = 0
        self._left = 0
        self._exhausted = False

    def take_token(self, now: datetime) -> bool:
        """Take one transaction of this second; False if none is left."""
        second = int(now.timestamp())
        with self._lock:
            if second != self._second:
                self._second, self._left, self._exhausted = second, 0, False
            if self._left == 0 and not self._exhausted:
                self._left = self._lease(now, min(self._limit, max(LEAST_LEASE, self._limit // LEASE_SHARE)))
                self._exhausted = self._left == 0
            if self._left == 0:
                return False
            self._left -= 1
            return True

    def _lease(self, now: datetime, wanted: int) -> int:
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
                taken = int(error.response.get("Item", {}).get("taken", {}).get("N", self._limit))
                wanted = min(wanted - 1, self._limit - taken)
            else:
                return wanted
        return 0


def rate_budgets(
    client: Any, table_name: str, *, campaign: str, limit: int, per_viewer: bool
) -> tuple[DynamoRateBudget, DynamoRateBudget]:
    """The budget for cohorts and the one for viewers by name; the same one if every viewer is asked for."""
    if per_viewer:
        budget = DynamoRateBudget(client, table_name, campaign=campaign, limit=limit)
        return budget, budget
    part = limit // VIEWERS_PART
    return (
        DynamoRateBudget(client, table_name, campaign=campaign, limit=limit - part),
        DynamoRateBudget(client, table_name, campaign=f"{campaign}#viewers", limit=part),
    )
