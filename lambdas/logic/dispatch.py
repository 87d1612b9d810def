"""Dispatches one context version to one shard of a match's subscribers, page by page.

After each page a checkpoint stores the position and the failed connections, so a task that is delivered again
posts only to subscribers that do not have this version. If the function is killed between a page's posts and
its checkpoint, that page is posted twice; clients ignore a version that they already show.
"""

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.dispatch_task import DispatchTask
from domain.match import Match
from domain.metrics import Metric, Step
from domain.subscription import Subscription
from lambdas.logic.audience import Audience, AudiencePlacements
from lambdas.logic.decisions import decision_record
from lambdas.logic.errors import DispatchIncompleteError, UnknownMatchError
from lambdas.logic.message_size import fit
from lambdas.logic.messages import complete_bytes, components_message, shared_bytes
from lambdas.logic.placement_finder import PlacementFinder
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.connections import ConnectionPoster, ConnectionStore
from lambdas.logic.ports.dispatch import DecisionLog, DispatchLedger
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.telemetry import Telemetry

PAGE_SIZE = 250
END = "\U0010ffff"
"""Sorts after every connection id: all pages have been processed."""


@dataclass(slots=True, kw_only=True)
class TaskState:
    """A task's audiences so far: their placements, the messages they share, and how many viewers got them."""

    task: DispatchTask
    match: Match
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
    poster: ConnectionPoster
    decisions: DecisionLog
    telemetry: Telemetry
    clock: Clock

    def dispatch(self, task: DispatchTask, deadline: datetime) -> None:
        """Send the version to every subscriber of the shard that does not have it.

        Raises DispatchIncompleteError if posts failed, or if the deadline passed before the last page.
        """
        match = self.matches.match(task.context.match_id)
        if match is None:
            raise UnknownMatchError(task.context.match_id)
        if task.shard == 0:
            self.ledger.save_columns(task.context)
        state = TaskState(task=task, match=match)
        try:
            self._dispatch_pages(state, deadline)
        finally:
            self._record_decisions(state)
        self.placement_finder.prepare_calm_screens(task.context, state.placements)

    def _dispatch_pages(self, state: TaskState, deadline: datetime) -> None:
        context, shard = state.task.context, state.task.shard
        key = (context.match_id, context.version, shard)
        position, failed = self.ledger.checkpoint(*key)
        if failed:
            retried = self.connections.subscribers(context.match_id, shard, failed, self.clock())
            failed = self._post_to(state, retried)
            self.ledger.save_checkpoint(*key, (position, failed))
        while position != END:
            if self.clock() >= deadline:
                raise DispatchIncompleteError(max(1, len(failed)))
            page, next_position = self.connections.subscriber_page(
                context.match_id, shard, position, PAGE_SIZE, self.clock()
            )
            failed = (*failed, *self._post_to(state, page))
            is_empty_shard = next_position is None and position is None and not page
            position = END if next_position is None else next_position
            if not is_empty_shard:
                self.ledger.save_checkpoint(*key, (position, failed))
        if failed:
            self.telemetry.count(Metric.FAILED, len(failed))
            raise DispatchIncompleteError(len(failed))

    def _post_to(self, state: TaskState, subscribers: Sequence[Subscription]) -> tuple[str, ...]:
        """Post to subscribers that do not have this version; return the connections that failed.

        Viewers with recommendations of their own come last, so that the others do not wait for them.
        """
        due = [entry for entry in subscribers if entry.last_version < state.task.context.version]
        own = [entry for entry in due if self.placement_finder.wants_own_recommendation(entry)]
        others = [entry for entry in due if not self.placement_finder.wants_own_recommendation(entry)]
        return tuple(failed for batch in (others, own) if batch for failed in self._post(state, batch))

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
        bodies = self._bodies(state, set(audiences.values()), started_at, recommended_at)
        outcome = self.poster.post(
            (connection_id, bodies[audience]) for connection_id, audience in audiences.items()
        )
        for connection_id in outcome.gone:
            self.connections.drop_subscriber(task.context.match_id, task.shard, connection_id)
        self._count_sent(state, Counter(audiences[connection_id] for connection_id in outcome.sent))
        self.telemetry.count(Metric.GONE, len(outcome.gone))
        self.telemetry.count(Metric.POST_RETRIES, outcome.retried)
        self.telemetry.step(Step.RECOMMEND, _milliseconds(started_at, recommended_at))
        self.telemetry.step(Step.POST, _milliseconds(recommended_at, self.clock()))
        return outcome.failed

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
            audience: complete_bytes(state.messages[audience], posted_at, trace) for audience in audiences
        }

    def _count_sent(self, state: TaskState, sent: Counter[Audience]) -> None:
        self.telemetry.count(Metric.SENT, sent.total())
        state.viewers.update(sent)
        for audience, viewers in sent.items():
            placements = state.placements[audience]
            self.telemetry.count(Metric.of_rung(placements.recommendation.rung), viewers)
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
            placements=placements.choice.placements,
            alternatives=placements.choice.alternatives,
            afterwards=placements.afterwards,
            cleared=placements.cleared,
            rung=placements.recommendation.rung,
            snapshot=False,
        )
    )


def _epoch_ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _milliseconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() * 1000
