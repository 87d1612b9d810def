"""Dispatches one context version to one shard of a match's subscribers, page by page.

After each page a checkpoint stores the position and the owed connections, which do not have the version yet.
A task that is delivered again posts to those and to the pages that follow. If the function is killed between
a page's posts and its checkpoint, that page is posted twice; clients ignore a version that they already show.

A task claims its version and shard while it is dispatched, so that the same task twice, which SQS and the two
senders of tasks allow, posts nothing twice.
"""

import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.dispatch_task import DispatchTask
from domain.match import Match
from domain.metrics import Metric, Step
from domain.subscription import Subscription
from lambdas.logic.audience import Audience, AudiencePlacements
from lambdas.logic.decisions import decision_record
from lambdas.logic.errors import DispatchClaimedError, DispatchIncompleteError, UnknownMatchError
from lambdas.logic.message_size import fit
from lambdas.logic.messages import complete_bytes, components_message, reconnect_window, shared_bytes
from lambdas.logic.paced_poster import PacedPoster
from lambdas.logic.placement_finder import PlacementFinder
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.connections import ConnectionStore
from lambdas.logic.ports.dispatch import Checkpoint, DecisionLog, DispatchLedger
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.telemetry import Telemetry
from lambdas.logic.preparation_requests import PreparationRequests
from lambdas.logic.task_lifetime import TaskLifetime

PAGE_SIZE = 250
CLAIM_RESERVE = timedelta(seconds=10)
"""How long after its deadline a task's claim ends, if the function was killed."""
MAX_OWED = 2_000
"""No further page is started with more owed connections, so that a checkpoint fits in a DynamoDB row."""
END = "\U0010ffff"
"""Sorts after every connection id: all pages have been processed."""


@dataclass(slots=True, kw_only=True)
class TaskState:
    """A task's progress, and its audiences so far: placements, shared messages, how many viewers got them.

    `failed` counts posts that failed despite retries. `reconnect_window` is a field of every message.
    """

    task: DispatchTask
    match: Match
    deadline: datetime
    lifetime: TaskLifetime
    failed: int = 0
    reconnect_window: Mapping[str, int] = field(default_factory=dict)
    placements: dict[Audience, AudiencePlacements] = field(default_factory=dict)
    messages: dict[Audience, bytes] = field(default_factory=dict)
    viewers: Counter[Audience] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    """Executes dispatch tasks."""

    matches: MatchStore
    connections: ConnectionStore
    ledger: DispatchLedger
    placement_finder: PlacementFinder
    poster: PacedPoster
    decisions: DecisionLog
    preparation: PreparationRequests
    telemetry: Telemetry
    clock: Clock

    def dispatch(
        self, task: DispatchTask, deadline: datetime, *, first_sent_at: datetime | None = None
    ) -> None:
        """Send the version to every subscriber of the shard that does not have it.

        `first_sent_at` is when a task that is delivered again was sent to the queue.
        Raises DispatchIncompleteError if posts failed, or if the deadline passed before the last one, and
        DispatchClaimedError if another task is dispatching the same.
        """
        match = self.matches.match(task.context.match_id)
        if match is None:
            raise UnknownMatchError(task.context.match_id)
        key = (match.id, task.context.version, task.shard)
        checkpoint = self.ledger.claim(*key, now=self.clock(), until=deadline + CLAIM_RESERVE)
        if checkpoint is None:
            raise DispatchClaimedError
        try:
            self._dispatch_claimed(task, match, checkpoint, deadline, first_sent_at)
        finally:
            self.ledger.release(*key)

    def _dispatch_claimed(
        self,
        task: DispatchTask,
        match: Match,
        checkpoint: Checkpoint,
        deadline: datetime,
        first_sent_at: datetime | None,
    ) -> None:
        if task.shard == 0:
            self.ledger.save_columns(task.context)
        state = TaskState(
            task=task,
            match=match,
            deadline=deadline,
            lifetime=TaskLifetime(
                task=task,
                first_sent_at=first_sent_at,
                matches=self.matches,
                telemetry=self.telemetry,
                clock=self.clock,
            ),
            reconnect_window=reconnect_window(self.connections.subscriber_count(match.id, self.clock())),
        )
        try:
            self._dispatch_pages(state, checkpoint)
        finally:
            self._record_decisions(state)
        self._request_preparation(state)

    def _request_preparation(self, state: TaskState) -> None:
        """Have calm screens ranked for those who got this version, after its last post."""
        treated = [audience for audience in state.viewers if not audience.holdout]
        self.preparation.request(
            state.task.context,
            [audience.cohort for audience in treated],
            [audience.viewer_id for audience in treated if audience.viewer_id],
        )

    def _dispatch_pages(self, state: TaskState, checkpoint: Checkpoint) -> None:
        context, shard = state.task.context, state.task.shard
        key = (context.match_id, context.version, shard)
        position, owed = checkpoint
        if owed and state.lifetime.continues():
            subscribers = self.connections.subscribers(context.match_id, shard, owed, self.clock())
            owed = self._post_to(state, subscribers)
            self.ledger.save_checkpoint(*key, (position, owed))
        counts_all, subscribers_found = position is None, 0
        while position != END and state.lifetime.continues():
            if self.clock() >= state.deadline or len(owed) >= MAX_OWED:
                break
            page, next_position = self.connections.subscriber_page(
                context.match_id, shard, position, PAGE_SIZE, self.clock()
            )
            subscribers_found += len(page)
            owed = (*owed, *self._post_to(state, page))
            is_empty_shard = next_position is None and position is None and not page
            position = END if next_position is None else next_position
            if not is_empty_shard:
                self.ledger.save_checkpoint(*key, (position, owed))
        if position == END and counts_all and subscribers_found:
            self.connections.record_subscriber_count(context.match_id, shard, subscribers_found, self.clock())
        if state.lifetime.has_ended:
            self.ledger.save_checkpoint(*key, (END, ()))
        elif owed or position != END:
            self.telemetry.count(Metric.FAILED, state.failed)
            self.telemetry.count(Metric.POSTS_OWED, len(owed))
            raise DispatchIncompleteError(max(1, len(owed)), failed=state.failed)

    def _post_to(self, state: TaskState, subscribers: Sequence[Subscription]) -> tuple[str, ...]:
        """Post to subscribers that do not have this version; return the connections that are still owed it.

        Viewers with recommendations of their own come last, so that the others do not wait for them.
        """
        due = [entry for entry in subscribers if entry.last_version < state.task.context.version]
        own = [entry for entry in due if self.placement_finder.wants_own_recommendation(entry)]
        others = [entry for entry in due if not self.placement_finder.wants_own_recommendation(entry)]
        return tuple(
            connection_id for batch in (others, own) if batch for connection_id in self._post(state, batch)
        )

    def _post(self, state: TaskState, batch: Sequence[Subscription]) -> Sequence[str]:
        task = state.task
        started_at = self.clock()
        audiences, found = self.placement_finder.find(
            task.context, state.match, batch, state.placements, started_at
        )
        for audience, placements in found.items():
            state.placements[audience], state.messages[audience] = fit(
                placements,
                build=functools.partial(_shared_message, state),
                size=len,
                telemetry=self.telemetry,
            )
        recommended_at = self.clock()

        def messages(connection_ids: Sequence[str]) -> Iterable[tuple[str, bytes]]:
            bodies = self._bodies(
                state, {audiences[entry] for entry in connection_ids}, started_at, recommended_at
            )
            return ((entry, bodies[audiences[entry]]) for entry in connection_ids)

        outcome = self.poster.post(
            audiences, messages, deadline=state.deadline, is_wanted=state.lifetime.continues_after_wait
        )
        state.failed += len(outcome.failed)
        for connection_id in outcome.gone:
            self.connections.drop_subscriber(task.context.match_id, task.shard, connection_id)
        self._count_sent(state, Counter(audiences[connection_id] for connection_id in outcome.sent))
        self.telemetry.count(Metric.GONE, len(outcome.gone))
        self.telemetry.count(Metric.POST_RETRIES, outcome.retried)
        self.telemetry.count(Metric.POSTS_THROTTLED, outcome.throttled)
        self.telemetry.step(Step.RECOMMEND, _milliseconds(started_at, recommended_at))
        self.telemetry.step(Step.POST, _milliseconds(recommended_at, self.clock()))
        return (*outcome.failed, *outcome.owed)

    def _bodies(
        self, state: TaskState, audiences: set[Audience], started_at: datetime, recommended_at: datetime
    ) -> Mapping[Audience, bytes]:
        posted_at = self.clock()
        trace = {
            **state.task.trace,
            "startedAt": _epoch_ms(started_at),
            "recommendedAt": _epoch_ms(recommended_at),
            "postedAt": _epoch_ms(posted_at),
        }
        return {
            audience: complete_bytes(state.messages[audience], posted_at, trace, state.reconnect_window)
            for audience in audiences
        }

    def _count_sent(self, state: TaskState, sent: Counter[Audience]) -> None:
        self.telemetry.count(Metric.SENT, sent.total())
        state.viewers.update(sent)
        for audience, viewers in sent.items():
            placements = state.placements[audience]
            rung = placements.recommendation.rung
            self.telemetry.count(Metric.of_rung(rung), viewers)
            if not rung.is_recommended:
                self.telemetry.count(Metric.SENT_WITHOUT_RECOMMENDER, viewers)
            if placements.calm is not None:
                self.telemetry.count(Metric.of_calm_rung(placements.calm.rung), viewers)

    def _record_decisions(self, state: TaskState) -> None:
        self.decisions.record(
            [
                decision_record(state.task, audience, state.placements[audience], viewers, self.clock())
                for audience, viewers in state.viewers.items()
            ]
        )


def _shared_message(state: TaskState, placements: AudiencePlacements) -> bytes:
    return shared_bytes(
        components_message(
            context=state.task.context,
            match=state.match,
            placements=placements,
            snapshot=False,
        )
    )


def _epoch_ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _milliseconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() * 1000
