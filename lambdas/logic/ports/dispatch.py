"""Dispatch of context versions to subscribers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from domain.context import MatchContext
from domain.dispatch_checkpoint import DispatchCheckpoint
from domain.dispatch_task import DispatchTask
from domain.publish_progress import PublishProgress


class DispatchQueue(Protocol):
    """The queue of dispatch tasks."""

    def send_tasks(self, tasks: Sequence[DispatchTask]) -> None:
        """Add tasks to the queue; raises if one was refused despite retries."""


class DispatchLedger(Protocol):
    """Progress of dispatches, and the context columns of each version that was sent."""

    def mark_planned(self, match_id: str, version: int) -> None:
        """Record that the tasks of this version are in the queue."""

    def is_planned(self, match_id: str, version: int) -> bool:
        """True if the tasks of this version are in the queue, or were."""

    def claim(
        self, match_id: str, version: int, shard: int, *, now: datetime, until: datetime
    ) -> DispatchCheckpoint | None:
        """Claim the dispatch of this version to this shard, and return how far it has come.

        None while another task holds the claim.
        """

    def release(self, match_id: str, version: int, shard: int, checkpoint: DispatchCheckpoint) -> None:
        """Store how far it has come, and give the claim back."""

    def save_checkpoint(
        self, match_id: str, version: int, shard: int, checkpoint: DispatchCheckpoint
    ) -> None:
        """Store how far it has come."""

    def sent_columns(self, match_id: str, version: int) -> dict[str, str]:
        """Return the context columns of a version that was sent; empty if it is unknown."""

    def save_columns(self, context: MatchContext) -> None:
        """Store the columns of a version, for interactions that refer to it."""


class PublishLedger(Protocol):
    """Progress of a version's dispatch to each audience, by address."""

    def claim(
        self, match_id: str, version: int, address: str, *, now: datetime, until: datetime
    ) -> PublishProgress | None:
        """Claim the dispatch of this version to this audience, and return how far it has come.

        None while another task holds the claim.
        """

    def release(self, match_id: str, version: int, address: str, progress: PublishProgress) -> None:
        """Store how far it has come, and give the claim back."""


class DecisionLog(Protocol):
    """What was placed and why, for evaluation and training."""

    def record(self, decisions: Sequence[Mapping[str, Any]]) -> None:
        """Write decisions, best effort: a loss does not raise."""
