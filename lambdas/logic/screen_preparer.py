"""Ranks calm screens ahead, between moments, so that no version waits for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from domain.calm_contexts import calm_contexts
from domain.cohort import Cohort
from domain.context import MatchContext, initial_context
from domain.preparation_task import PreparationTask
from domain.recommendation import viewer_owner
from lambdas.logic.errors import UnknownMatchError
from lambdas.logic.ladder import Ladder
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.matches import MatchReader
from lambdas.logic.ports.recommendations import PreparationQueue
from lambdas.logic.shared_recommendations import POLL_SECONDS

BATCH_SIZE = 25
"""After this many rankings the state of the match is read again: what is due first may have changed."""
Prepare = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPreparer:
    """Calls the campaign at the rate of viewers, which no cohort of a moment takes from."""

    matches: MatchReader
    ladder: Ladder
    queue: PreparationQueue
    clock: Clock
    sleep: Callable[[float], None]

    def prepare(self, task: PreparationTask, deadline: datetime) -> None:
        """Rank what no worker has ranked; what is left at the deadline is queued again.

        Stops early if the campaign does not answer; the next version of the match asks again.
        """
        while batch := list(islice(self._missing(task), BATCH_SIZE)):
            answers = 0
            for prepare in batch:
                if not self._take_token(deadline):
                    self.queue.send_preparation(task)
                    return
                answers += prepare()
            if not answers:
                return

    def _missing(self, task: PreparationTask) -> Iterator[Prepare]:
        """Yield the calls to make: for cohorts and viewers in this state, then for cohorts in the next."""
        match, context, _ = self.matches.match_state(task.match_id)
        if match is None:
            raise UnknownMatchError(task.match_id)
        now, *following = calm_contexts(context or initial_context(match), match)
        yield from self._cohorts(now, task)
        yield from self._viewers(now, task)
        for calm in following:
            yield from self._cohorts(calm, task)

    def _cohorts(self, calm: MatchContext, task: PreparationTask) -> Iterator[Prepare]:
        keys = [cohort.key for cohort in task.cohorts]
        for key in self.ladder.shared.unclaimed(calm, keys):
            yield partial(self.ladder.prepare_cohort, calm, Cohort.from_key(key))

    def _viewers(self, calm: MatchContext, task: PreparationTask) -> Iterator[Prepare]:
        owners = {viewer_owner(viewer_id): viewer_id for viewer_id in task.viewer_ids}
        for owner in self.ladder.shared.unclaimed(calm, list(owners)):
            yield partial(self.ladder.prepare_viewer, calm, owners[owner])

    def _take_token(self, deadline: datetime) -> bool:
        """Wait for a transaction; False if none comes before the deadline."""
        while not self.ladder.viewer_budget.take_token(self.clock()):
            if self.clock() >= deadline:
                return False
            self.sleep(POLL_SECONDS)
        return self.clock() < deadline
