"""Requests to rank calm screens ahead; an execution environment makes each once in a while."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.cohort import Cohort
from domain.context import MatchContext
from domain.preparation_task import MAX_OWNERS, PreparationTask
from domain.recommendation import viewer_owner
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.recommendations import PreparationQueue

REPEATED_AFTER = timedelta(minutes=5)
MAX_ENTRIES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationRequests:
    """Asks for the calm screens of cohorts and viewers once in each calm context of a match."""

    queue: PreparationQueue
    clock: Clock
    _requested: dict[tuple[str, str, str], datetime] = field(default_factory=dict)

    def request(
        self, context: MatchContext, cohorts: Iterable[Cohort], viewer_ids: Iterable[str] = ()
    ) -> None:
        """Send a task for those that were not requested in the last minutes, if there are any."""
        new_cohorts = [cohort for cohort in dict.fromkeys(cohorts) if self._is_new(context, cohort.key)]
        new_viewers = [each for each in viewer_ids if self._is_new(context, viewer_owner(each))]
        if new_cohorts or new_viewers:
            self._send(context.match_id, new_cohorts, new_viewers)

    def _send(self, match_id: str, cohorts: Sequence[Cohort], viewer_ids: Sequence[str]) -> None:
        for start in range(0, max(len(cohorts), len(viewer_ids)), MAX_OWNERS):
            part = slice(start, start + MAX_OWNERS)
            self.queue.send_preparation(
                PreparationTask(
                    match_id=match_id, cohorts=tuple(cohorts[part]), viewer_ids=tuple(viewer_ids[part])
                )
            )

    def _is_new(self, context: MatchContext, owner: str) -> bool:
        key, now = (context.match_id, context.between_moments().cell, owner), self.clock()
        requested_at = self._requested.get(key)
        if requested_at is not None and now - requested_at < REPEATED_AFTER:
            return False
        if len(self._requested) >= MAX_ENTRIES:
            self._requested.clear()
        self._requested[key] = now
        return True
