"""The context builder: versions only increase, in any order and with repeated moments."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from domain.dispatch_task import DispatchTask
from domain.match import Score
from domain.moment import MomentType
from domain.salience import HOLD_SECONDS
from lambdas.logic.errors import ContextConflictError, UnknownMatchError
from tests.support import builders, fakes
from tests.support.planning import a_context_builder, a_planner


def test_each_effective_moment_makes_one_version() -> None:
    matches = fakes.InMemoryMatchStore(builders.a_match())
    context_builder = a_context_builder(matches)
    for number in (1, 2, 3):
        context_builder.merge_moments([builders.a_moment(number)])
    assert [context.version for context in matches.versions] == [1, 2, 3]
    assert matches.versions[-1].score == Score(away=3)


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_repeated_and_unordered_moments_end_in_the_same_state(order: tuple[int, ...]) -> None:
    matches = fakes.InMemoryMatchStore(builders.a_match())
    context_builder = a_context_builder(matches)
    for _ in range(3):
        for number in order:
            context_builder.merge_moments([builders.a_moment(number)])
    newest = matches.contexts["turkey-italy"]
    assert (newest.score, newest.cause_id) == (Score(away=3), builders.a_moment(3).id)
    assert len(matches.versions) <= 3
    versions = [context.version for context in matches.versions]
    assert versions == sorted(set(versions))


def test_a_moment_without_effect_still_makes_older_ones_late() -> None:
    # GIVEN a goal, and a later caution whose score has no second goal
    matches = fakes.InMemoryMatchStore(builders.a_match())
    context_builder = a_context_builder(matches)
    goal, late_goal = builders.a_moment(1), builders.a_moment(2)
    caution = replace(
        goal,
        id="caution",
        type=MomentType.YELLOW_CARD,
        clock_seconds=goal.clock_seconds + HOLD_SECONDS / 2,
    )
    assert late_goal.period == goal.period
    late_goal = replace(late_goal, clock_seconds=goal.clock_seconds + HOLD_SECONDS / 4)
    context_builder.merge_moments([goal])
    assert context_builder.merge_moments([caution]) is None
    # WHEN an earlier second goal arrives after it THEN it changes nothing
    assert context_builder.merge_moments([late_goal]) is None
    assert matches.contexts["turkey-italy"].score == goal.score
    assert len(matches.versions) == 1


def test_a_write_conflict_is_retried_on_the_newer_version() -> None:
    matches = fakes.InMemoryMatchStore(builders.a_match())
    matches.conflicts = 3
    context_builder = a_context_builder(matches)
    written = context_builder.merge_moments([builders.a_moment(1)])
    assert written is not None
    assert written.version == 1
    assert context_builder.telemetry.counts["ContextConflicts"] == 3  # type: ignore[attr-defined]


def test_the_moment_is_retried_after_too_many_conflicts() -> None:
    matches = fakes.InMemoryMatchStore(builders.a_match())
    matches.conflicts = 1_000
    with pytest.raises(ContextConflictError, match="conflicts"):
        a_context_builder(matches).merge_moments([builders.a_moment(1)])


def test_a_moment_of_an_unknown_match_is_retried() -> None:
    with pytest.raises(UnknownMatchError, match="turkey-italy"):
        a_context_builder(fakes.InMemoryMatchStore()).merge_moments([builders.a_moment(1)])


def test_the_trace_is_of_the_moment_that_caused_the_version() -> None:
    matches = fakes.InMemoryMatchStore(builders.a_match())
    context_builder = a_context_builder(matches)
    context_builder.merge_moments([builders.a_moment(1, kind=MomentType.YELLOW_CARD, detected_at_ms=77)])
    (trace,) = matches.traces
    assert (trace["momentDetectedAt"], trace["signalReceivedAt"]) == (77, 1_000)
    assert trace["contextBuiltAt"] == int(builders.KICK_OFF.timestamp() * 1000)
    assert context_builder.telemetry.steps == ["detect", "context"]  # type: ignore[attr-defined]


def test_each_version_is_planned_when_it_is_written() -> None:
    queue, ledger = fakes.InMemoryDispatchQueue(), fakes.InMemoryLedger()
    matches = fakes.InMemoryMatchStore(builders.a_match())
    context_builder = a_context_builder(matches, a_planner(queue, ledger=ledger))
    for number in (1, 2, 1):
        context_builder.merge_moments([builders.a_moment(number)])
    assert [(task.context.version, task.shard) for task in queue.tasks] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    # AND the stream plans none of them again
    for version in matches.versions:
        a_planner(queue, ledger=ledger).plan_missed(version, {})
    assert len(queue.tasks) == 4


def test_a_version_whose_tasks_were_refused_is_planned_by_the_stream() -> None:
    # GIVEN a queue that refuses
    queue, ledger = fakes.InMemoryDispatchQueue(refuses=True), fakes.InMemoryLedger()
    matches = fakes.InMemoryMatchStore(builders.a_match())
    planner = a_planner(queue, ledger=ledger)
    # WHEN a version is written
    written = a_context_builder(matches, planner).merge_moments([builders.a_moment(1)])
    # THEN it stays, and is planned when the stream delivers it
    assert written == matches.contexts["turkey-italy"]
    queue.refuses = False
    planner.plan_missed(written, {})
    assert [task.shard for task in queue.tasks] == [0, 1]


class FatalQueue(fakes.InMemoryDispatchQueue):
    """A queue whose sender is killed after the first tasks."""

    accepted = 0

    def send_tasks(self, tasks: Sequence[DispatchTask]) -> None:
        super().send_tasks(tasks[: self.accepted])
        raise SystemExit


@pytest.mark.parametrize("accepted", [0, 1])
def test_a_version_whose_writer_is_killed_is_planned_by_the_stream(accepted: int) -> None:
    # GIVEN a function that is killed after it wrote a version, before or while it sends the tasks
    fatal, ledger = FatalQueue(), fakes.InMemoryLedger()
    fatal.accepted = accepted
    matches = fakes.InMemoryMatchStore(builders.a_match())
    with pytest.raises(SystemExit):
        a_context_builder(matches, a_planner(fatal, ledger=ledger)).merge_moments([builders.a_moment(1)])
    assert len(fatal.tasks) == accepted
    # WHEN the stream delivers the version
    queue = fakes.InMemoryDispatchQueue()
    for version in matches.versions:
        a_planner(queue, ledger=ledger).plan_missed(version, {})
    # THEN every shard has its task; one that was sent before claims its shard, and posts once
    assert [(task.context.version, task.shard) for task in queue.tasks] == [(1, 0), (1, 1)]
