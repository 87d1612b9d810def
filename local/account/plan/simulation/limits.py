"""What limits rates in simulated time: services' token buckets, and the table in which rates are leased."""

import math
from collections import Counter
from typing import Any

ROUNDING = 1e-9
"""A sum of fractions must not refuse the last token."""


class TokenBucket:
    """The throttle of a service: so many requests a second, and so many at once."""

    def __init__(self, per_second: float, burst: float) -> None:
        self.per_second = per_second
        self.burst = burst
        self._tokens = burst
        self._seconds = 0.0

    def take(self, wanted: float, seconds: float) -> bool:
        """Take tokens at a time; False, and none is taken, if there are not so many."""
        self._refill(seconds)
        if self._tokens < wanted - ROUNDING:
            return False
        self._tokens -= wanted
        return True

    def drain(self, wanted: int, requests_per_second: float, seconds: float) -> int:
        """Take tokens one after another from a time on, until there are as many as wanted, or none is left.

        Return how many were taken, with those that the bucket gains meanwhile.
        """
        self._refill(seconds)
        tokens = max(0.0, self._tokens)
        lasting = math.inf
        if requests_per_second > self.per_second:
            lasting = tokens * requests_per_second / (requests_per_second - self.per_second)
        taken = wanted if lasting >= wanted else int(lasting + ROUNDING)
        self._tokens -= taken
        return taken

    def _refill(self, seconds: float) -> None:
        gained = self.per_second * max(0.0, seconds - self._seconds)
        self._tokens = min(self.burst, self._tokens + gained)
        self._seconds = max(self._seconds, seconds)


class _ConditionalCheckFailedError(Exception):
    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.response = {"Item": {"taken": {"N": str(taken)}}}


class _ClientError(Exception):
    pass


class _Exceptions:
    ConditionalCheckFailedException = _ConditionalCheckFailedError
    ClientError = _ClientError


class LeaseTable:
    """The rows in which `DynamoRateBudget` counts what was leased, and how often it was called.

    It is the part of DynamoDB's client that the budget uses.
    """

    exceptions = _Exceptions

    def __init__(self) -> None:
        self.calls = 0
        self._taken: Counter[tuple[str, str]] = Counter()

    def update_item(self, **request: Any) -> None:
        """Add to a row what is wanted, unless there is no room."""
        self.calls += 1
        row = request["Key"]["pk"]["S"], request["Key"]["sk"]["S"]
        values = request["ExpressionAttributeValues"]
        if self._taken[row] > int(values[":room"]["N"]):
            raise _ConditionalCheckFailedError(self._taken[row])
        self._taken[row] += int(values[":wanted"]["N"])

    @property
    def client(self) -> Any:
        """The table as the budget takes it."""
        return self
