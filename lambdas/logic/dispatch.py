"""Dispatch of one context version to one shard of a match's subscribers, a page at a time.

After each page a checkpoint says how far it has come and who is still owed, so that a task that is
delivered again sends to those alone who have not got this version. Between the posts of a page and its
checkpoint a kill makes at most that one page be sent twice; clients drop a version that they already show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.dispatch_task import DispatchTask
from domain.match import Match
from domain.metrics import Metric, Step
from domain.subscription import Subscription
from domain.validation import format_instant
from lambdas.logic.errors import DispatchIncompleteError, UnknownMatchError
from lambdas.logic.messages import closed_bytes, components_message, open_bytes
from lambdas.logic.placement_finder import Answer, Group, PlacementFinder
from lambdas.logic.ports import (
    Clock,
    ConnectionPoster,
    ConnectionStore,
    DecisionLog,
    DispatchLedger,
    MatchStore,
    Telemetry,
)

PAGE = 250
END = "\U0010ffff"
"""Sorts after every connection id: all pages are dealt with."""


@dataclass(slots=True, kw_only=True)
class Delivery:
    """What one task has found out so far: the answers of its groups, their bytes, and how many saw them."""

    task: DispatchTask
    match: Match
    answers: dict[Group, Answer] = field(default_factory=dict)
    opened: dict[Group, bytes] = field(default_factory=dict)
    viewers: dict[Group, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    """Delivers dispatch tasks."""

    matches: MatchStore
    connections: ConnectionStore
    ledger: DispatchLedger
    placing: PlacementFinder
    poster: ConnectionPoster
    decisions: DecisionLog
    telemetry: Telemetry
    clock: Clock

    def dispatch(self, task: DispatchTask, deadline: datetime) -> None:
        """Send this version to every subscriber of the shard who has not got it.

        Raises DispatchIncompleteError when subscribers are still owed it, or when the deadline comes first.
        """
        context, shard = task.context, task.shard
        match = self.matches.match(context.match_id)
        if match is None:
            raise UnknownMatchError(context.match_id)
        if shard == 0:
            self.ledger.save_columns(context)
        delivery = Delivery(task=task, match=match)
        try:
            self._pages(delivery, deadline)
        finally:
            self._record(delivery)

    def _pages(self, delivery: Delivery, deadline: datetime) -> None:
        context, shard = delivery.task.context, delivery.task.shard
        key = (context.match_id, context.version, shard)
        after, owed = self.ledger.checkpoint(*key)
        if owed:
            owed = self._deliver(
                delivery, self.connections.subscribers(context.match_id, shard, owed, self.clock())
            )
            self.ledger.save_checkpoint(*key, (after, owed))
        while after != END:
            if self.clock() >= deadline:
                raise DispatchIncompleteError(max(1, len(owed)))
            page, following = self.connections.subscriber_page(
                context.match_id, shard, after, PAGE, self.clock()
            )
            owed = (*owed, *self._deliver(delivery, page))
            nothing_to_note = following is None and after is None and not page
            after = END if following is None else following
            if not nothing_to_note:
                self.ledger.save_checkpoint(*key, (after, owed))
        if owed:
            self.telemetry.count(Metric.FAILED, len(owed))
            raise DispatchIncompleteError(len(owed))

    def _deliver(self, delivery: Delivery, subscribers: Sequence[Subscription]) -> tuple[str, ...]:
        """Post to those who have not got this version; the connections that could not be reached.

        Those who are asked for by name come last: the others do not wait for their recommendations.
        """
        due = [entry for entry in subscribers if entry.last_version < delivery.task.context.version]
        by_name = [entry for entry in due if self.placing.is_by_name(entry)]
        others = [entry for entry in due if not self.placing.is_by_name(entry)]
        return tuple(
            failed for portion in (others, by_name) if portion for failed in self._post(delivery, portion)
        )

    def _post(self, delivery: Delivery, due: Sequence[Subscription]) -> Sequence[str]:
        task = delivery.task
        began_at = self.clock()
        groups, fresh = self.placing.answers(task.context, due, delivery.answers, began_at)
        delivery.answers.update(fresh)
        for group, answer in fresh.items():
            delivery.opened[group] = open_bytes(
                components_message(
                    context=task.context,
                    match=delivery.match,
                    placements=answer.choice.placements,
                    alternatives=answer.choice.alternatives,
                    afterwards=answer.afterwards,
                    rung=answer.recommendation.rung,
                    snapshot=False,
                )
            )
        recommended_at = self.clock()
        bodies = self._bodies(delivery, set(groups.values()), began_at, recommended_at)
        outcome = self.poster.post((connection_id, bodies[group]) for connection_id, group in groups.items())
        for connection_id in outcome.gone:
            self.connections.drop_subscriber(task.context.match_id, task.shard, connection_id)
        self._count(delivery, groups, outcome.sent, outcome.gone, outcome.retried)
        self.telemetry.step(Step.RECOMMEND, _milliseconds(began_at, recommended_at))
        self.telemetry.step(Step.POST, _milliseconds(recommended_at, self.clock()))
        return outcome.failed

    def _bodies(
        self, delivery: Delivery, groups: set[Group], began_at: datetime, recommended_at: datetime
    ) -> Mapping[Group, bytes]:
        posted_at = self.clock()
        trace = {
            **delivery.task.trace,
            "startedAt": _epoch_ms(began_at),
            "recommendedAt": _epoch_ms(recommended_at),
            "postedAt": _epoch_ms(posted_at),
        }
        return {group: closed_bytes(delivery.opened[group], posted_at, trace) for group in groups}

    def _count(
        self,
        delivery: Delivery,
        groups: Mapping[str, Group],
        sent: Sequence[str],
        gone: Sequence[str],
        retried: int,
    ) -> None:
        self.telemetry.count(Metric.SENT, len(sent))
        self.telemetry.count(Metric.GONE, len(gone))
        self.telemetry.count(Metric.POST_RETRIES, retried)
        for connection_id in sent:
            group = groups[connection_id]
            delivery.viewers[group] = delivery.viewers.get(group, 0) + 1
            self.telemetry.count(Metric.of_rung(delivery.answers[group].recommendation.rung))

    def _record(self, delivery: Delivery) -> None:
        self.decisions.record(
            [
                _decision(delivery.task, group, delivery.answers[group], viewers, self.clock())
                for group, viewers in delivery.viewers.items()
            ]
        )


def _decision(
    task: DispatchTask, group: Group, answer: Answer, viewers: int, decided_at: datetime
) -> dict[str, Any]:
    """One line of the decisions: what a group was shown in which context, why, and to how many viewers."""
    return {
        "decided_at": format_instant(decided_at),
        "match_id": task.context.match_id,
        "version": task.context.version,
        "moment_id": task.context.cause_id,
        "trace": dict(task.trace),
        "columns": task.context.columns,
        "cohort": group.cohort.key,
        "viewer_id": group.viewer_id,
        "viewers": viewers,
        "holdout": group.holdout,
        "rung": answer.recommendation.rung.value,
        "recommendation_id": answer.recommendation.recommendation_id,
        "candidates": list(answer.recommendation.component_ids[:25]),
        "placements": [
            {
                "slot": placed.component.slot.value,
                "component_id": placed.component.id,
                "rank": placed.rank,
                "propensity": placed.propensity,
                "pool": list(placed.pool),
            }
            for placed in answer.choice.placements
        ],
        "refused": answer.choice.refused,
    }


def _epoch_ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _milliseconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() * 1000
