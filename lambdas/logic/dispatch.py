"""Dispatches one context version to one shard of a match's subscribers, page by page.

After each page a checkpoint stores the position and the connections that do not have the version yet; the
last one is stored with the end of the claim. A task that is delivered again posts to the pages that follow,
and then to those connections. If the function is killed between a page's posts and its checkpoint, that page
is posted twice; clients ignore a version that they already show. Connections that are refused while nobody is
served hold no pages: they are posted to again after them, until the deadline.

A task claims its version and shard while it is dispatched, so that the same task twice, which SQS and the two
senders of tasks allow, posts nothing twice.
"""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.audience import Audience
from domain.dispatch_checkpoint import DispatchCheckpoint
from domain.dispatch_task import DispatchTask
from domain.match import Match
from domain.metrics import Metric, Step
from domain.subscription import Subscription
from lambdas.logic.decisions import decision_record
from lambdas.logic.errors import DispatchClaimedError, DispatchIncompleteError
from lambdas.logic.message_size import fit
from lambdas.logic.messages import complete_bytes, reconnect_window
from lambdas.logic.paced_poster import PacedOutcome, PacedPoster
from lambdas.logic.placement_finder import PlacementFinder
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.connections import ConnectionStore
from lambdas.logic.ports.dispatch import DecisionLog, DispatchLedger
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.telemetry import Telemetry
from lambdas.logic.preparation_requests import PreparationRequests
from lambdas.logic.rung_counts import count_viewers
from lambdas.logic.task_lifetime import TaskLifetime, report_deleted_match
from lambdas.logic.task_times import milliseconds, task_trace
from lambdas.logic.version_audiences import LastVersion, VersionAudiences

PAGE_SIZE = 250
CLAIM_RESERVE = timedelta(seconds=10)
"""How long after its deadline a task's claim ends, if the function was killed."""
MAX_OWED = 2_000
"""No further page is started with more owed connections, so that a checkpoint fits in a DynamoDB row."""
MAX_UNREAD = 2_000
"""Of more clients in a shard that do not read, some miss the version: they must not stop those who read."""
END = "\U0010ffff"
"""Sorts after every connection id: all pages have been processed."""


@dataclass(slots=True)
class Progress:
    """How far a task has come; its last checkpoint is stored when it gives its claim back."""

    checkpoint: DispatchCheckpoint

    def add(
        self,
        lacking: PacedOutcome,
        *,
        without: Collection[str] = (),
        position: str | None = None,
        found: int | None = None,
    ) -> None:
        """Move to this position, or stay; replace the connections `without` by those who lack the version."""
        before, left_out = self.checkpoint, frozenset(without)
        self.checkpoint = DispatchCheckpoint(
            position=before.position if position is None else position,
            owed=(*(each for each in before.owed if each not in left_out), *lacking.owed),
            unread=(*(each for each in before.unread if each not in left_out), *lacking.unread)[:MAX_UNREAD],
            found=before.found if found is None else found,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """How many subscribers do not have the version: they wait for the rate, failed, or do not read."""

    owed: int = 0
    failed: int = 0
    unread: int = 0

    def __add__(self, other: "Remaining") -> "Remaining":
        return Remaining(
            owed=self.owed + other.owed, failed=self.failed + other.failed, unread=self.unread + other.unread
        )


@dataclass(slots=True, kw_only=True)
class TaskState:
    """A task's progress, its audiences so far, and how many viewers of each got the version.

    `failed` are connections whose posts failed despite retries. `reconnect_window` is a field of messages.
    """

    task: DispatchTask
    progress: Progress
    match: Match
    audiences: VersionAudiences
    deadline: datetime
    lifetime: TaskLifetime
    failed: set[str] = field(default_factory=set)
    reconnect_window: Mapping[str, int] = field(default_factory=dict)
    viewers: Counter[Audience] = field(default_factory=Counter)
    has_read_all: bool = False
    """True if no page of the shard is left."""

    @property
    def waiting(self) -> list[str]:
        """Those owed whose posts have not failed in this attempt."""
        return [each for each in self.progress.checkpoint.owed if each not in self.failed]


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
    last_version: LastVersion = field(default_factory=LastVersion)

    def dispatch(
        self, task: DispatchTask, deadline: datetime, *, first_sent_at: datetime | None = None
    ) -> None:
        """Send the version to every subscriber of the shard that does not have it.

        `first_sent_at` is when a task that is delivered again was sent to the queue.
        Raises DispatchIncompleteError if posts failed, if the deadline passed before the last one, or if
        clients do not read, and DispatchClaimedError if another task is dispatching the same.
        """
        self.report(self.attempt(task, deadline, first_sent_at=first_sent_at))

    def report(self, remaining: Remaining) -> None:
        """Count who does not have the version; raises DispatchIncompleteError if that is anybody."""
        if remaining == Remaining():
            return
        self.telemetry.count(Metric.FAILED, remaining.failed)
        self.telemetry.count(Metric.POSTS_OWED, remaining.owed + remaining.failed)
        self.telemetry.count(Metric.POSTS_UNREAD, remaining.unread)
        raise DispatchIncompleteError(
            remaining.owed + remaining.failed + remaining.unread,
            failed=remaining.failed,
            unread=remaining.unread,
        )

    def attempt(
        self,
        task: DispatchTask,
        deadline: datetime,
        *,
        first_sent_at: datetime | None = None,
        waits: bool = True,
    ) -> Remaining:
        """Send the version as `dispatch` does; return how many subscribers do not have it.

        A task whose match no longer exists is reported and ends. Without `waits` it does not wait for
        connections that are refused while nobody is served.
        """
        match = self.matches.match(task.context.match_id)
        if match is None:
            report_deleted_match(task, self.telemetry)
            return Remaining()
        key = (match.id, task.context.version, task.shard)
        checkpoint = self.ledger.claim(*key, now=self.clock(), until=deadline + CLAIM_RESERVE)
        if checkpoint is None:
            raise DispatchClaimedError
        progress = Progress(checkpoint)
        try:
            return self._dispatch_claimed(task, match, progress, deadline, first_sent_at, waits=waits)
        finally:
            self.ledger.release(*key, progress.checkpoint)

    def _dispatch_claimed(
        self,
        task: DispatchTask,
        match: Match,
        progress: Progress,
        deadline: datetime,
        first_sent_at: datetime | None,
        *,
        waits: bool,
    ) -> Remaining:
        if task.shard == 0:
            self.ledger.save_columns(task.context)
        state = TaskState(
            task=task,
            progress=progress,
            match=match,
            audiences=self.last_version.audiences(
                task.context, match, self.placement_finder.catalogue, self.clock()
            ),
            deadline=deadline,
            lifetime=TaskLifetime(
                task=task,
                first_sent_at=first_sent_at,
                matches=self.matches,
                telemetry=self.telemetry,
                clock=self.clock,
                is_end_a_loss=progress.checkpoint.position != END or bool(progress.checkpoint.owed),
            ),
            reconnect_window=reconnect_window(self.connections.subscriber_count(match.id, self.clock())),
        )
        try:
            self._dispatch_pages(state, waits=waits)
        finally:
            self._record_decisions(state)
        remaining = _remaining(state)
        if not remaining.owed:
            self._request_preparation(state)
        return remaining

    def _request_preparation(self, state: TaskState) -> None:
        """Have calm screens ranked for those who got this version, after its last post."""
        treated = [audience for audience in state.viewers if not audience.holdout]
        self.preparation.request(
            state.task.context,
            [audience.cohort for audience in treated],
            [audience.viewer_id for audience in treated if audience.viewer_id],
        )

    def _dispatch_pages(self, state: TaskState, *, waits: bool) -> None:
        """Post to everybody once, and then to those again who could not be reached before."""
        before = state.progress.checkpoint
        self._post_to_pages(state)
        if before.unread and state.lifetime.continues():
            self._post_to_unread(state, before.unread)
        due = state.waiting if waits else before.owed
        if due and self.clock() < state.deadline and state.lifetime.continues():
            self._post_to_owed(state, due, waits=waits)
        if state.lifetime.has_ended:
            state.progress.checkpoint = DispatchCheckpoint(position=END)

    def _post_to_pages(self, state: TaskState) -> None:
        context, shard, progress = state.task.context, state.task.shard, state.progress
        position = progress.checkpoint.position
        # A task that an earlier version of the code began has a position and no count.
        found = 0 if position is None else progress.checkpoint.found
        was_read = position == END
        while position != END and state.lifetime.continues():
            if self.clock() >= state.deadline or len(progress.checkpoint.owed) >= MAX_OWED:
                break
            page, next_position = self.connections.subscriber_page(
                context.match_id, shard, position, PAGE_SIZE, self.clock()
            )
            found = None if found is None else found + len(page)
            lacking = self._post_to(state, page)
            is_empty_shard = next_position is None and position is None and not page
            position = END if next_position is None else next_position
            if not is_empty_shard:
                progress.add(lacking, position=position, found=found)
            if position != END:
                self.ledger.save_checkpoint(context.match_id, context.version, shard, progress.checkpoint)
        state.has_read_all = position == END
        if state.has_read_all and not was_read and found:
            self.connections.record_subscriber_count(context.match_id, shard, found, self.clock())

    def _post_to_owed(self, state: TaskState, due: Sequence[str], *, waits: bool) -> None:
        subscribers = self.connections.subscribers(
            state.task.context.match_id, state.task.shard, due, self.clock()
        )
        lacking = self._post_to(state, subscribers, waits=waits)
        state.progress.add(lacking, without=due)

    def _post_to_unread(self, state: TaskState, unread: Sequence[str]) -> None:
        """Post once to clients that did not read when the task was delivered before."""
        subscribers = self.connections.subscribers(
            state.task.context.match_id, state.task.shard, unread, self.clock()
        )
        lacking = self._post_to(state, subscribers, unread=frozenset(unread))
        state.progress.add(lacking, without=unread)

    def _post_to(
        self,
        state: TaskState,
        subscribers: Sequence[Subscription],
        *,
        unread: Container[str] = (),
        waits: bool = False,
    ) -> PacedOutcome:
        """Post to subscribers that do not have this version; return those who are owed it, and do not read.

        Viewers with recommendations of their own come last, so that the others do not wait for them.
        """
        due = [entry for entry in subscribers if entry.last_version < state.task.context.version]
        own = [entry for entry in due if self.placement_finder.wants_own_recommendation(entry)]
        others = [entry for entry in due if not self.placement_finder.wants_own_recommendation(entry)]
        lacking = PacedOutcome()
        for batch in (others, own):
            if batch:
                outcome = self._post(state, batch, unread=unread, waits=waits)
                state.failed.update(outcome.failed)
                lacking.owed += (*outcome.failed, *outcome.owed)
                lacking.unread += outcome.unread
        return lacking

    def _post(
        self, state: TaskState, batch: Sequence[Subscription], *, unread: Container[str], waits: bool
    ) -> PacedOutcome:
        task = state.task
        started_at = self.clock()
        known = state.audiences
        audiences, found = self.placement_finder.find(
            task.context, state.match, batch, known.placements, started_at
        )
        for audience, placements in found.items():
            known.placements[audience], known.messages[audience] = fit(
                placements,
                build=known.encoder.shared_bytes,
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
            audiences,
            messages,
            deadline=state.deadline,
            is_wanted=state.lifetime.continues_after_wait,
            unread=unread,
            waits=waits,
        )
        for connection_id in outcome.gone:
            self.connections.drop_subscriber(task.context.match_id, task.shard, connection_id)
        self._count_sent(state, Counter(audiences[connection_id] for connection_id in outcome.sent))
        self.telemetry.count(Metric.GONE, len(outcome.gone))
        self.telemetry.count(Metric.POST_RETRIES, outcome.retried)
        self.telemetry.count(Metric.POSTS_THROTTLED, outcome.throttled)
        self.telemetry.step(Step.RECOMMEND, milliseconds(started_at, recommended_at))
        self.telemetry.step(Step.POST, milliseconds(recommended_at, self.clock()))
        return outcome

    def _bodies(
        self, state: TaskState, audiences: set[Audience], started_at: datetime, recommended_at: datetime
    ) -> Mapping[Audience, bytes]:
        posted_at = self.clock()
        trace = task_trace(
            state.task.trace, started_at=started_at, recommended_at=recommended_at, posted_at=posted_at
        )
        return {
            audience: complete_bytes(
                state.audiences.messages[audience], posted_at, trace, state.reconnect_window
            )
            for audience in audiences
        }

    def _count_sent(self, state: TaskState, sent: Counter[Audience]) -> None:
        self.telemetry.count(Metric.SENT, sent.total())
        state.viewers.update(sent)
        for audience, viewers in sent.items():
            placements = state.audiences.placements[audience]
            count_viewers(self.telemetry, placements.recommendation, placements.calm, viewers)

    def _record_decisions(self, state: TaskState) -> None:
        self.decisions.record(
            [
                decision_record(
                    state.task, audience, state.audiences.placements[audience], viewers, self.clock()
                )
                for audience, viewers in state.viewers.items()
            ]
        )


def _remaining(state: TaskState) -> Remaining:
    """Return who does not have the version; pages that were not read count as one subscriber at least."""
    if state.lifetime.has_ended:
        return Remaining()
    waiting = len(state.waiting)
    return Remaining(
        owed=waiting if state.has_read_all else max(1, waiting),
        failed=len(state.failed),
        unread=len(state.progress.checkpoint.unread),
    )
