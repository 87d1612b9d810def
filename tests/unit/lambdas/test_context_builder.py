"""The context builder: versions that only grow, whatever order and how often the moments come."""

from dataclasses import replace
from itertools import permutations

import pytest

from domain.match import Score
from domain.moment import MomentType
from domain.salience import HOLD_SECONDS
from lambdas.logic.context_builder import ContextBuilder
from lambdas.logic.errors import ContextConflictError, UnknownMatchError
from tests import fakes


def builder(matches: fakes.InMemoryMatchStore) -> ContextBuilder:
    return ContextBuilder(matches=matches, telemetry=fakes.RecordedTelemetry(), clock=fakes.FrozenClock())


def test_each_moment_that_changes_something_makes_one_version():
    matches = fakes.InMemoryMatchStore(fakes.a_match())
    context_builder = builder(matches)
    for number in (1, 2, 3):
        context_builder.merge_moments([fakes.a_moment(number)])
    assert [context.version for context in matches.versions] == [1, 2, 3]
    assert matches.versions[-1].score == Score(away=3)


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_moments_that_come_thrice_and_out_of_order_end_in_the_same_state(order: tuple[int, ...]):
    matches = fakes.InMemoryMatchStore(fakes.a_match())
    context_builder = builder(matches)
    for _ in range(3):
        for number in order:
            context_builder.merge_moments([fakes.a_moment(number)])
    newest = matches.contexts["turkey-italy"]
    assert (newest.score, newest.cause_id) == (Score(away=3), fakes.a_moment(3).id)
    assert len(matches.versions) <= 3
    versions = [context.version for context in matches.versions]
    assert versions == sorted(set(versions))


def test_what_no_screen_shows_is_remembered_against_what_comes_too_late():
    # GIVEN a goal, and a caution soon after it that knows of no second goal: it was disallowed
    matches = fakes.InMemoryMatchStore(fakes.a_match())
    context_builder = builder(matches)
    goal, late_goal = fakes.a_moment(1), fakes.a_moment(2)
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
    # WHEN the second goal comes after it THEN it changes nothing
    assert context_builder.merge_moments([late_goal]) is None
    assert matches.contexts["turkey-italy"].score == goal.score
    assert len(matches.versions) == 1


def test_a_lost_race_is_read_again_and_written_on_top():
    matches = fakes.InMemoryMatchStore(fakes.a_match())
    matches.conflicts = 3
    context_builder = builder(matches)
    written = context_builder.merge_moments([fakes.a_moment(1)])
    assert written is not None
    assert written.version == 1
    assert context_builder.telemetry.counts["ContextConflicts"] == 3  # type: ignore[attr-defined]


def test_endless_conflicts_leave_the_moment_to_another_delivery():
    matches = fakes.InMemoryMatchStore(fakes.a_match())
    matches.conflicts = 1_000
    with pytest.raises(ContextConflictError, match="conflicts"):
        builder(matches).merge_moments([fakes.a_moment(1)])


def test_a_moment_of_an_unknown_match_waits():
    with pytest.raises(UnknownMatchError, match="turkey-italy"):
        builder(fakes.InMemoryMatchStore()).merge_moments([fakes.a_moment(1)])


def test_the_trace_is_of_the_moment_that_made_the_version():
    matches = fakes.InMemoryMatchStore(fakes.a_match())
    context_builder = builder(matches)
    context_builder.merge_moments([fakes.a_moment(1, kind=MomentType.YELLOW_CARD, detected_at_ms=77)])
    (trace,) = matches.traces
    assert (trace["momentDetectedAt"], trace["signalReceivedAt"]) == (77, 1_000)
    assert trace["contextBuiltAt"] == int(fakes.KICK_OFF.timestamp() * 1000)
    assert context_builder.telemetry.steps == ["detect", "context"]  # type: ignore[attr-defined]
