"""Signals that are late, repeated, out of order or corrected give the moments of a clean run, each once."""

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.detection.match_detector import MatchDetector
from domain.detection.outcome import Verdict
from domain.match import Score
from domain.match_event import Card, MatchEventType
from domain.moment import MomentType
from domain.signal import Signal
from tests.support.detection_run import standing_contents, standing_moments
from tests.support.feed_entries import (
    AWAY,
    HOME,
    KICK_OFF,
    clock,
    end_of_match,
    entry,
    goal,
    half_time,
    moments_of,
)

LATENESS = 120.0

SIDES = st.sampled_from([HOME, AWAY])
MINUTES = st.integers(min_value=0, max_value=47 * 4).map(lambda quarter: quarter / 4)


TIMES = st.lists(st.tuples(st.sampled_from([1, 2]), MINUTES), max_size=12, unique=True)


@st.composite
def matches(draw: st.DrawFn) -> list[Signal]:
    """A match in the order of play: goals, cards, corrections, ordinary entries, whistles.

    No two goals or cards share a second: their order would be that of their arrival.
    """
    signals = [entry(MatchEventType.PERIOD_START, 1, 0), half_time(47.5), end_of_match(2, 47.5)]
    times = draw(TIMES)
    for number, (period, minute) in enumerate(times[3:]):
        side = draw(SIDES)
        name = f"goal-{number}"
        signals.append(goal(side, period, minute, draw(st.sampled_from(["Ada", "Bea"])), signal_id=name))
        correction = draw(st.sampled_from([None, None, "cancel", "rename"]))
        if correction == "cancel":
            signals.append(entry(MatchEventType.GOAL_CANCELLED, period, minute + 0.1, related_id=f"e-{name}"))
        if correction == "rename":
            signals.append(
                entry(
                    MatchEventType.SCORER_CHANGED, period, minute + 0.1, related_id=f"e-{name}", player="Cleo"
                )
            )
    for period, minute in times[:3]:
        signals.append(
            entry(MatchEventType.CARD, period, minute, side=draw(SIDES), player="Dot", card=Card.RED)
        )
    signals += [clock(period, minute) for period in (1, 2) for minute in range(1, 47, 5)]
    return sorted(signals, key=lambda signal: signal.occurred_at)


def shuffled_within(signals: list[Signal], jitter: list[float]) -> list[Signal]:
    """The signals in an order in which none is overtaken by one more than the lateness newer."""
    keyed = [
        (signal.occurred_at.timestamp() + delay, index, signal)
        for index, (signal, delay) in enumerate(zip(signals, jitter, strict=True))
    ]
    return [signal for _, _, signal in sorted(keyed, key=lambda item: item[:2])]


@given(match=matches(), data=st.data())
def test_reordered_and_repeated_signals_end_with_the_moments_of_a_clean_run(
    match: list[Signal], data: st.DataObject
) -> None:
    # GIVEN a match, delivered out of order within the lateness, with some of its signals twice
    delays = st.lists(st.floats(0, LATENESS), min_size=len(match), max_size=len(match))
    delivered = shuffled_within(match, data.draw(delays))
    delivered += data.draw(st.lists(st.sampled_from(match), max_size=5))

    # WHEN both are detected
    clean, messy = moments_of(match), moments_of(delivered)

    # THEN what stands at the end is the same, and no id was said twice
    assert standing_contents(messy) == standing_contents(clean)
    ids = [moment.id for moment in messy]
    assert len(ids) == len(set(ids))


@given(match=matches(), data=st.data())
def test_a_restored_detector_continues_without_a_difference(match: list[Signal], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(match)))
    before = MatchDetector("m")
    first = moments_of(match[:cut], before)
    after = MatchDetector("m")
    after.restore(json.loads(json.dumps(before.state())))

    # some signals after the checkpoint come again, as a stream does after a restart
    again = max(0, cut - data.draw(st.integers(0, 5)))
    assert first + moments_of(match[again:], after) == moments_of(match)


def test_an_ordinary_entry_beyond_the_lateness_is_refused_by_name_and_changes_nothing() -> None:
    detector = MatchDetector("m", lateness_seconds=60)
    detector.observe(clock(1, 30))

    outcome = detector.observe(clock(1, 28))

    assert (outcome.verdict, outcome.moments, outcome.changed) == (Verdict.LATE, (), frozenset())


def test_a_repeated_signal_is_a_duplicate_and_never_late() -> None:
    detector = MatchDetector("m", lateness_seconds=60)
    first = goal(HOME, 1, 3)
    detector.observe(first)
    detector.observe(clock(1, 30))
    assert detector.observe(first).verdict is Verdict.DUPLICATE


def test_a_goal_that_comes_after_a_later_one_revises_the_score_of_the_later_one() -> None:
    later, earlier = goal(HOME, 1, 11, signal_id="later"), goal(AWAY, 1, 10, signal_id="earlier")
    moments = moments_of([later, earlier])

    assert standing_contents(moments) == standing_contents(moments_of([earlier, later]))
    assert [moment.id for moment in moments if moment.type == "GOAL"] == [
        "m:GOAL:e-later",
        "m:GOAL:e-earlier",
        "m:GOAL:e-later~1",
    ]


def test_a_closed_match_forgets_its_state_and_refuses_stragglers() -> None:
    detector = MatchDetector("m")
    straggler = goal(HOME, 1, 3)
    moments_of([entry(MatchEventType.PERIOD_START, 1, 0), straggler, end_of_match()], detector)

    detector.close()

    assert len(json.dumps(detector.state())) < 600
    restored = MatchDetector("m")
    restored.restore(detector.state())
    assert restored.observe(straggler).verdict is Verdict.LATE


def test_ordinary_entries_do_not_let_the_state_grow() -> None:
    detector = MatchDetector("m")
    for second in range(2_000):
        outcome = detector.observe(clock(1, second / 60))
        assert bool(outcome.changed) == bool(outcome.moments)
        assert all(moment.type is MomentType.LULL for moment in outcome.moments)
    assert len(json.dumps(detector.state())) < 1_000


def test_one_signal_far_ahead_makes_no_other_late() -> None:
    # GIVEN a match in which one entry claims to be of tomorrow
    stray = replace(clock(1, 10), occurred_at=KICK_OFF + timedelta(days=1))
    detector = MatchDetector("m")
    moments = moments_of([clock(1, 9), stray, goal(HOME, 1, 11), clock(1, 12)], detector)
    assert [moment.type for moment in moments] == ["GOAL"]
    # and a delay of hours, after which two entries agree, moves event time on
    later = [replace(clock(2, minute), occurred_at=KICK_OFF + timedelta(hours=5)) for minute in (1, 2)]
    moments_of(later, detector)
    assert detector.observe(clock(1, 12)).verdict is Verdict.LATE


def test_an_entry_sent_again_in_another_envelope_is_a_duplicate() -> None:
    detector = MatchDetector("m")
    first = goal(HOME, 1, 3)
    detector.observe(first)
    outcome = detector.observe(replace(first, id="another"))
    assert (outcome.verdict, outcome.moments, detector.score) == (Verdict.DUPLICATE, (), Score(home=1))


def test_a_goal_cancelled_after_a_statement_without_it_counts_less_once() -> None:
    # GIVEN two goals, a stated score that lacks one of them, and then its cancellation
    match = [
        goal(HOME, 1, 5, signal_id="first"),
        goal(HOME, 1, 10, signal_id="second"),
        entry(MatchEventType.SCORE_CORRECTION, 1, 12, score=Score(home=1, away=0)),
        entry(MatchEventType.GOAL_CANCELLED, 1, 13, related_id="e-first"),
    ]
    detector = MatchDetector("m")
    moments_of(match, detector)
    assert detector.score == Score(home=1, away=0)
    # and a second cancellation is one that the statement did not know of
    moments_of([entry(MatchEventType.GOAL_CANCELLED, 1, 14, related_id="e-second")], detector)
    assert detector.score == Score()


@given(match=matches())
def test_the_score_is_the_goals_that_stand_and_rushes_are_those_of_a_plain_count(match: list[Signal]) -> None:
    """The count is written without the detector: by play time, of the goals that were not cancelled."""
    cancelled = {
        signal.match_event.related_id
        for signal in match
        if signal.match_event and signal.match_event.type is MatchEventType.GOAL_CANCELLED
    }
    goals = [
        signal.match_event for signal in match if signal.match_event and signal.match_event.type == "goal"
    ]
    stand = [scored for scored in goals if scored.id not in cancelled]
    moments = standing_moments(moments_of(match))

    [score] = [moment.score for moment in moments if moment.type is MomentType.FULL_TIME]
    assert score == Score(
        home=sum(scored.side is HOME for scored in stand), away=sum(scored.side is AWAY for scored in stand)
    )
    if not cancelled:
        at = sorted((2850.0 if scored.period == 2 else 0.0) + scored.clock_seconds for scored in stand)
        most = max((sum(0 <= end - start <= 600 for start in at) for end in at), default=0)
        rushes = [int(moment.details["count"]) for moment in moments if moment.type is MomentType.GOAL_RUSH]
        assert max(rushes, default=0) == (most if most >= 3 else 0)
