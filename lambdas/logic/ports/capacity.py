"""The provisioned capacity for matches: of the campaign, and of the dispatch."""

from typing import Protocol

from domain.capacity_change import CapacityChange


class CapacitySchedule(Protocol):
    """Scheduled changes of capacity, by name."""

    def put_change(self, change: CapacityChange) -> None:
        """Schedule a change; a change of the same name is replaced."""

    def postpone_change(self, change: CapacityChange) -> None:
        """Schedule a change unless one of the same name is scheduled for later."""


class CampaignCapacity(Protocol):
    """The campaign's provisioned capacity."""

    def provision(self, minimum_transactions_per_second: int) -> None:
        """Set the minimum provisioned transactions per second."""


class DispatchCapacity(Protocol):
    """Execution environments of `dispatch_components` that are kept ready."""

    def keep_ready(self, environments: int) -> None:
        """Keep this many environments ready; 0 releases them."""
