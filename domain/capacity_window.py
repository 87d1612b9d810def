"""What is kept ready for matches, and when."""

from dataclasses import dataclass
from datetime import datetime

MAX_TRANSACTIONS_PER_SECOND = 500
"""The quota of one campaign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Transactions per second of the campaign, and environments of `dispatch_components`, that are ready."""

    transactions_per_second: int
    dispatch_environments: int = 0

    def at_least(self, other: "Capacity") -> "Capacity":
        """Return the larger of both, number by number."""
        return Capacity(
            transactions_per_second=max(self.transactions_per_second, other.transactions_per_second),
            dispatch_environments=max(self.dispatch_environments, other.dispatch_environments),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityWindow:
    """A time in which at least this capacity is needed: a match, or what an operator asked for.

    Without a capacity of its own it is that of any match of the stage.
    """

    name: str
    begins_at: datetime
    ends_at: datetime
    """The first instant after the window."""
    capacity: Capacity | None = None

    def contains(self, now: datetime) -> bool:
        """True while the window lasts."""
        return self.begins_at <= now < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """What a resource has; `is_changing` is true until its last change is in effect."""

    amount: int
    is_changing: bool
