"""The provisioned capacity for matches: when it is needed, of the campaign, and of the dispatch."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.capacity_window import CapacityWindow, Provisioned


class CapacityWindows(Protocol):
    """When capacity is needed, by name."""

    def put_window(self, window: CapacityWindow) -> None:
        """Add a window; one of the same name is replaced."""

    def windows_at(self, now: datetime) -> Sequence[CapacityWindow]:
        """Return the windows that contain an instant."""


class CampaignCapacity(Protocol):
    """The campaign's provisioned transactions per second."""

    def provisioned(self) -> Provisioned | None:
        """Return the minimum in effect; None if no campaign is deployed."""

    def provision(self, minimum_transactions_per_second: int) -> None:
        """Set the minimum; without effect if another change is in progress."""


class DispatchCapacity(Protocol):
    """Execution environments of `dispatch_components` that are kept ready."""

    def ready(self) -> Provisioned:
        """Return how many are asked for, and whether they are still being prepared."""

    def keep_ready(self, environments: int) -> None:
        """Keep this many environments ready; 0 releases them."""
