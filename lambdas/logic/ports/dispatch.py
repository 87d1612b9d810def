"""Dispatch of context versions to subscribers."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from domain.context import MatchContext
from domain.dispatch_task import DispatchTask

Checkpoint = tuple[str | None, tuple[str, ...]]
"""The last connection of the pages processed so far (None before the first), and the failed connections."""


class DispatchQueue(Protocol):
    """The queue of dispatch tasks."""

    def send_tasks(self, tasks: Sequence[DispatchTask]) -> None:
        """Add tasks to the queue; raises if one was refused despite retries."""


class DispatchLedger(Protocol):
    """Progress of dispatches, and the context columns of each version that was sent."""

    def checkpoint(self, match_id: str, version: int, shard: int) -> Checkpoint:
        """Return how far the dispatch of this version to this shard has come."""

    def save_checkpoint(self, match_id: str, version: int, shard: int, checkpoint: Checkpoint) -> None:
        """Store how far it has come."""

    def sent_columns(self, match_id: str, version: int) -> dict[str, str]:
        """Return the context columns of a version that was sent; empty if it is unknown."""

    def save_columns(self, context: MatchContext) -> None:
        """Store the columns of a version, for interactions that refer to it."""


class DecisionLog(Protocol):
    """What was placed and why, for evaluation and training."""

    def record(self, decisions: Sequence[Mapping[str, Any]]) -> None:
        """Write decisions, best effort: a loss does not raise."""
