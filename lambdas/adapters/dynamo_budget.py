"""Rates that all execution environments share, as token buckets: one counter row per window in DynamoDB.

The campaign's transactions have windows of a second, posts to connections shorter ones: an end of one window
and the start of the next can be used at once, and API Gateway allows half a second's requests at once.
"""

import math
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambdas.adapters.aws import THROTTLED, error_code
from lambdas.adapters.connection_rows import epoch, key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LEASES_PER_LIMIT = 20
MIN_LEASE = 5
"""An execution environment leases a twentieth of the limit at a time, or five, to reduce calls."""
KEPT_FOR = timedelta(minutes=2)
VIEWER_PART = 5
"""In cohort mode a fifth of the rate, but at least one, is reserved for viewers and preparation.

So they never delay a cohort, and a low rate leaves something for them.
"""

CHOICE_SHARE, IMPRESSION_SHARE = 0.6, 0.3
"""Of the calls of PutEvents; the tenth that is left is for calls that AWS counts in another second."""
LEASES_OF_EVENTS = 200


class DynamoRateBudget:
    """Leases tokens of the current window; all environments together never exceed the limit."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        *,
        name: str,
        per_second: int,
        windows_per_second: int = 1,
        leases_per_limit: int = LEASES_PER_LIMIT,
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._name = name
        self._limit = max(1, per_second // windows_per_second)
        self._windows_per_second = windows_per_second
        self._usual_lease = max(MIN_LEASE, self._limit // leases_per_limit)
        self._lock = threading.Lock()
        self._window = 0
        self._left = 0
        self._exhausted = False

    def take_token(self, now: datetime) -> bool:
        """Take one token of this window; False if none is left."""
        return self.take_tokens(1, now) == 1

    def take_tokens(self, wanted: int, now: datetime) -> int:
        """Take as many tokens of this window as are left, at most `wanted`."""
        window = int(now.timestamp() * self._windows_per_second)
        with self._lock:
            if window != self._window:
                self._window, self._left, self._exhausted = window, 0, False
            if self._left < wanted and not self._exhausted:
                lease = max(wanted - self._left, self._usual_lease)
                leased = self._lease(now, min(self._limit, lease))
                self._left += leased
                self._exhausted = leased == 0
            taken = min(wanted, self._left)
            self._left -= taken
            return taken

    def _lease(self, now: datetime, wanted: int) -> int:
        """Lease as many tokens as are left, at most `wanted`; none if the table throttles."""
        while wanted > 0:
            try:
                self._client.update_item(
                    TableName=self._table_name,
                    Key=key(f"RATE#{self._name}", str(self._window)),
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
            except self._client.exceptions.ClientError as error:
                if error_code(error) not in THROTTLED:
                    raise
                return 0
            else:
                return wanted
        return 0


def rate_budgets(
    client: "DynamoDBClient", table_name: str, *, campaign: str, limit: int, per_viewer: bool
) -> tuple[DynamoRateBudget, DynamoRateBudget]:
    """Return the budgets of cohorts and of viewers; with `per_viewer`, or a rate of one, both are one."""
    if per_viewer or limit == 1:
        budget = DynamoRateBudget(client, table_name, name=campaign, per_second=limit)
        return budget, budget
    viewer_limit = max(1, limit // VIEWER_PART)
    return (
        DynamoRateBudget(client, table_name, name=campaign, per_second=limit - viewer_limit),
        DynamoRateBudget(client, table_name, name=f"{campaign}#viewers", per_second=viewer_limit),
    )


def post_budget(
    client: "DynamoDBClient", table_name: str, *, per_second: int, burst: int
) -> DynamoRateBudget:
    """Return the budget of posts to connections; two windows, which can be used at once, fit in the burst."""
    return DynamoRateBudget(
        client,
        table_name,
        name="posts",
        per_second=per_second,
        windows_per_second=math.ceil(2 * per_second / burst),
    )


def event_budgets(
    client: "DynamoDBClient", table_name: str, *, per_second: int
) -> tuple[DynamoRateBudget, DynamoRateBudget]:
    """Return the budgets of PutEvents calls with choices, and of calls with impressions only.

    Leases are small: each shard of the stream has environments of its own, which need a few calls a second.
    """

    def budget(name: str, share: float) -> DynamoRateBudget:
        return DynamoRateBudget(
            client,
            table_name,
            name=name,
            per_second=max(1, int(per_second * share)),
            leases_per_limit=LEASES_OF_EVENTS,
        )

    return budget("events#choices", CHOICE_SHARE), budget("events#impressions", IMPRESSION_SHARE)
