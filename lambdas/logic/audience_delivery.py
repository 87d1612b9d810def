"""Delivers a version to the audiences of one task: one publish on each one's channel, and one document.

A task claims its version for each audience while it is dispatched, and records what is done, so that the same
task twice publishes nothing twice. If the function is killed between a publish and its record, the version
is published again; apps ignore a version that they already have. Live viewers come first: the document, for
those who come later or have missed a message, is written after the publish. What fails is owed: the task is
delivered again for those audiences alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from domain.audience import CountedAudience
from domain.dispatch_task import MAX_AUDIENCES_PER_TASK, DispatchTask
from domain.json_limits import compact_json
from domain.match import Match
from domain.metrics import Metric, Step
from domain.publish_progress import PublishProgress
from lambdas.logic.audience_message import AudienceMessages
from lambdas.logic.audience_ranking import AudienceRanking
from lambdas.logic.decisions import decision_record
from lambdas.logic.document_writer import DocumentWriter
from lambdas.logic.errors import DispatchClaimedError, DispatchIncompleteError
from lambdas.logic.messages import reconnect_window, with_times
from lambdas.logic.paced_poster import PacedPoster
from lambdas.logic.placement_finder import PlacementFinder
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.dispatch import DecisionLog, DispatchLedger, PublishLedger
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.telemetry import Telemetry
from lambdas.logic.preparation_requests import PreparationRequests
from lambdas.logic.rung_counts import count_viewers
from lambdas.logic.task_lifetime import TaskLifetime, report_deleted_match
from lambdas.logic.task_times import milliseconds, task_trace

CLAIM_RESERVE = timedelta(seconds=10)
"""How long after its deadline a task's claim ends, if the function was killed."""
DONE = PublishProgress(is_published=True, is_stored=True)


@dataclass(slots=True, kw_only=True)
class _Target:
    """An audience that this task has claimed, and its message; the times in it are of its last sending."""

    counted: CountedAudience
    address: str
    progress: PublishProgress
    ranking: AudienceRanking | None = None
    message: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Delivery:
    """One delivery of a task."""

    task: DispatchTask
    match: Match
    deadline: datetime
    lifetime: TaskLifetime
    started_at: datetime
    recommended_at: datetime
    failed: int = 0
    """How many publishes and documents did not work."""
    unclaimed: int = 0
    """How many claims did not."""

    @property
    def version(self) -> tuple[str, int]:
        return self.match.id, self.task.context.version


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceDelivery:
    """Executes the tasks of audiences."""

    matches: MatchStore
    ledger: DispatchLedger
    progress: PublishLedger
    placement_finder: PlacementFinder
    publisher: PacedPoster
    writer: DocumentWriter
    decisions: DecisionLog
    preparation: PreparationRequests
    telemetry: Telemetry
    clock: Clock
    joins_per_second: int

    def deliver(
        self, task: DispatchTask, deadline: datetime, *, first_sent_at: datetime | None = None
    ) -> None:
        """Publish and store the version for each audience of the task that does not have it.

        A task whose match no longer exists is reported and ends. Raises DispatchIncompleteError if an
        audience remains, and DispatchClaimedError if all that remain are dispatched by another task.
        """
        match = self.matches.match(task.context.match_id)
        if match is None:
            report_deleted_match(task, self.telemetry)
            return
        lifetime = TaskLifetime(
            task=task,
            first_sent_at=first_sent_at,
            matches=self.matches,
            telemetry=self.telemetry,
            clock=self.clock,
        )
        if not lifetime.continues():
            return
        self.ledger.save_columns(task.context)
        delivery = _Delivery(
            task=task,
            match=match,
            deadline=deadline,
            lifetime=lifetime,
            started_at=self.clock(),
            recommended_at=self.clock(),
        )
        with ThreadPoolExecutor(MAX_AUDIENCES_PER_TASK) as pool:
            targets = self._claim(delivery, pool)
            try:
                self._send(delivery, [each for each in targets if not each.progress.is_done], pool)
            finally:
                list(pool.map(lambda each: self._release(delivery, each), targets))
        self._raise_for_remaining(delivery, targets)

    def _claim(self, delivery: _Delivery, pool: ThreadPoolExecutor) -> list[_Target]:
        """Claim the version for each audience; those that another task holds are left out.

        So are those whose claim fails: the others do not wait for them.
        """
        now, until = self.clock(), delivery.deadline + CLAIM_RESERVE

        def claim(counted: CountedAudience) -> _Target | Exception | None:
            address = counted.audience.address(delivery.match.id)
            try:
                progress = self.progress.claim(*delivery.version, address, now=now, until=until)
            except Exception as error:  # noqa: BLE001 - the other audiences' claims do not depend on it
                self.telemetry.warning("audience not claimed", address=address, reason=str(error))
                return error
            if progress is None:
                return None
            return _Target(counted=counted, address=address, progress=progress)

        claimed = list(pool.map(claim, delivery.task.audiences))
        delivery.unclaimed = sum(isinstance(each, Exception) for each in claimed)
        return [each for each in claimed if isinstance(each, _Target)]

    def _release(self, delivery: _Delivery, target: _Target) -> None:
        self.progress.release(*delivery.version, target.address, target.progress)

    def _send(self, delivery: _Delivery, due: Sequence[_Target], pool: ThreadPoolExecutor) -> None:
        """Choose, publish and store for those audiences that do not have the version."""
        if not due:
            return
        wanted = self._with_messages(delivery, due)
        self.telemetry.step(Step.RECOMMEND, milliseconds(delivery.started_at, delivery.recommended_at))
        published = self._publish(delivery, [each for each in wanted if not each.progress.is_published])
        self.telemetry.step(Step.POST, milliseconds(delivery.recommended_at, self.clock()))
        self._store(delivery, [each for each in wanted if not each.progress.is_stored], pool)
        self._record(delivery, published)

    def _with_messages(self, delivery: _Delivery, due: Sequence[_Target]) -> list[_Target]:
        """Return the audiences that have a message; a viewer without own recommendation has the group's."""
        context, match = delivery.task.context, delivery.match
        is_over = not delivery.task.is_planned and self.clock() >= context.media_window(match).valid_until
        rankings = self.placement_finder.rankings(
            context, match, [each.counted.audience for each in due], is_moment_over=is_over
        )
        delivery.recommended_at = self.clock()
        messages = AudienceMessages(
            context=context,
            match=match,
            constraints=self.placement_finder.catalogue.constraints(),
            signer=self.placement_finder.signer,
            telemetry=self.telemetry,
            now=delivery.recommended_at,
        )
        window = reconnect_window(delivery.task.viewers, per_second=self.joins_per_second)
        wanted: list[_Target] = []
        for target in due:
            ranking = rankings.get(target.counted.audience)
            if ranking is None:
                target.progress = DONE
                continue
            target.ranking, message = messages.fitting(ranking)
            target.message = self._with_times(delivery, {**message, **window})
            wanted.append(target)
        return wanted

    def _publish(self, delivery: _Delivery, due: Sequence[_Target]) -> list[_Target]:
        """Publish to each audience's channel; return those that got it. A throttled publish is paced."""
        by_address = {each.address: each for each in due}

        def bodies(addresses: Sequence[str]) -> Iterator[tuple[str, bytes]]:
            for address in addresses:
                target = by_address[address]
                target.message = self._with_times(delivery, target.message)
                yield address, compact_json(target.message)

        outcome = self.publisher.post(
            by_address, bodies, deadline=delivery.deadline, is_wanted=delivery.lifetime.continues_after_wait
        )
        delivery.failed += len(outcome.failed)
        self.telemetry.count(Metric.PUBLISHED, len(outcome.sent))
        self.telemetry.count(Metric.PUBLISHES_FAILED, len(outcome.failed))
        self.telemetry.count(Metric.PUBLISHES_THROTTLED, outcome.throttled)
        published = [by_address[address] for address in outcome.sent]
        for target in published:
            target.progress = replace(target.progress, is_published=True)
        return published

    def _with_times(self, delivery: _Delivery, message: Mapping[str, Any]) -> Mapping[str, Any]:
        now = self.clock()
        trace = task_trace(
            delivery.task.trace,
            started_at=delivery.started_at,
            recommended_at=delivery.recommended_at,
            posted_at=now,
        )
        return with_times(message, now, trace)

    def _store(self, delivery: _Delivery, due: Sequence[_Target], pool: ThreadPoolExecutor) -> None:
        """Merge the version into each audience's document; what fails is tried when the task comes again."""
        if not due:
            return
        _, _, controls = self.matches.match_state(delivery.match.id)

        def store(target: _Target) -> bool | None:
            try:
                return self.writer.add(target.address, target.message, controls.cancelled)
            except Exception as error:  # noqa: BLE001 - the other audiences' documents do not depend on it
                self.telemetry.warning("document not written", address=target.address, reason=str(error))
                return None

        for target, changed in zip(due, pool.map(store, due), strict=True):
            if changed is None:
                delivery.failed += 1
                self.telemetry.count(Metric.DOCUMENTS_FAILED)
                continue
            target.progress = replace(target.progress, is_stored=True)
            self.telemetry.count(Metric.DOCUMENTS_WRITTEN, int(changed))

    def _record(self, delivery: _Delivery, published: Sequence[_Target]) -> None:
        """Count the viewers who were served, record what was chosen for them, and prepare calm screens."""
        decisions: list[Mapping[str, Any]] = []
        for target in published:
            if target.ranking is None:
                continue
            audience, viewers = target.ranking.audience, target.counted.viewers
            placements = target.ranking.placements()
            self.telemetry.count(Metric.SENT, viewers)
            count_viewers(self.telemetry, placements.recommendation, placements.calm, viewers)
            decisions.append(decision_record(delivery.task, audience, placements, viewers, self.clock()))
        self.decisions.record(decisions)
        treated = [each.counted.audience for each in published if not each.counted.audience.holdout]
        self.preparation.request(
            delivery.task.context,
            [audience.cohort for audience in treated],
            [audience.viewer_id for audience in treated if audience.viewer_id],
        )

    def _raise_for_remaining(self, delivery: _Delivery, targets: Sequence[_Target]) -> None:
        if delivery.lifetime.has_ended:
            return
        remaining = delivery.unclaimed + sum(not each.progress.is_done for each in targets)
        if remaining:
            raise DispatchIncompleteError(remaining, failed=delivery.failed + delivery.unclaimed)
        if len(targets) < len(delivery.task.audiences):
            raise DispatchClaimedError
