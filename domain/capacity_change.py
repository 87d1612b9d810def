"""A scheduled change of the capacity for a match."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityChange:
    """From `at` on, the campaign has this many transactions per second, until `stand_down_at` if given.

    `dispatch_environments` of `dispatch_components` are kept ready; None leaves them as they are.
    """

    name: str
    at: datetime
    transactions_per_second: int
    stand_down_at: datetime | None = None
    dispatch_environments: int | None = None
