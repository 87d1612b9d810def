"""How long a dispatch task is worth continuing.

A dispatch is behind when it has waited for the account's rate, or when its task is delivered again. It then
ends as soon as a newer version exists or its own has expired, so that the rate is left to what viewers need
now. Otherwise an older version is posted although a newer one exists, for viewers whose picture is delayed.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.dispatch_task import DispatchTask
from domain.metrics import Metric
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.telemetry import Telemetry

BEHIND_AFTER = timedelta(seconds=1)
"""A dispatch that waits for the rate is behind from this time after its start."""


def report_deleted_match(task: DispatchTask, telemetry: Telemetry) -> None:
    """Report a task whose match has been deleted since: another delivery would not find it either."""
    telemetry.count(Metric.DISPATCHES_EXPIRED)
    telemetry.warning(
        "dispatch of a deleted match", match_id=task.context.match_id, version=task.context.version
    )


@dataclass(slots=True, kw_only=True)
class TaskLifetime:
    """The lifetime of one task; `first_sent_at` is when a task that is delivered again was sent."""

    task: DispatchTask
    first_sent_at: datetime | None
    matches: MatchStore
    telemetry: Telemetry
    clock: Clock
    is_end_a_loss: bool = True
    """False if all who lack the version are clients that do not read."""
    has_ended: bool = False
    """True once the version has expired, or a newer one was found."""
    _started_at: datetime = field(init=False)
    _is_behind: bool = field(init=False)

    def __post_init__(self) -> None:
        self._started_at = self.clock()
        self._is_behind = self.first_sent_at is not None

    def continues_after_wait(self) -> bool:
        """Return True if the version is still worth posting after a wait for the rate."""
        self._is_behind |= self.clock() - self._started_at >= BEHIND_AFTER
        return self.continues()

    def continues(self) -> bool:
        """Return True if the version is still worth posting; the end is counted and logged."""
        if self.has_ended or not self._is_behind:
            return not self.has_ended
        context = self.task.context
        if self.first_sent_at is not None and self.clock() >= self.task.expires_at(self.first_sent_at):
            self._end(Metric.DISPATCHES_EXPIRED, "dispatch expired")
        elif self.matches.newest_version(context.match_id) > context.version:
            self._end(Metric.DISPATCHES_SUPERSEDED, "dispatch superseded")
        return not self.has_ended

    def _end(self, metric: Metric, message: str) -> None:
        self.has_ended = True
        facts = {
            "match_id": self.task.context.match_id,
            "version": self.task.context.version,
            "target": self.task.target,
        }
        if not self.is_end_a_loss:
            self.telemetry.info(f"{message}; the clients that remain do not read", **facts)
            return
        self.telemetry.count(metric)
        self.telemetry.warning(message, **facts)
