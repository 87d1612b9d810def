"""An end that was reported too early is no end, however long after it the match goes on."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.detection.engine import MatchEngine
from domain.detection.outcome import Verdict
from domain.match import Score
from domain.match_event import Card, MatchEventType
from domain.moment import MomentType
from domain.signal import Signal
from tests.support.arrival_orders import arrival_orders
from tests.support.detection_run import detect
from tests.support.feed_entries import AWAY, HOME, clock, end_of_match, entry, goal

M, T = MatchEventType, MomentType
NORMAL_TIME = (
    entry(M.PERIOD_START, 2, 0, "second-half"),
    goal(HOME, 2, 43, signal_id="late-goal"),
    end_of_match(2, 47),
)


def a_day_later(signal: Signal) -> Signal:
    return replace(signal, occurred_at=signal.occurred_at + timedelta(days=1))


def test_a_later_period_revokes_the_end_and_what_followed_from_it() -> None:
    ended = detect(NORMAL_TIME)
    assert {T.FULL_TIME, T.LATE_WINNER} <= {moment.type for moment in ended.standing}
    assert ended.context.columns["MATCH_PHASE"] == "finished"

    going_on = detect([*NORMAL_TIME, entry(M.PERIOD_START, 3, 0)])

    assert {T.FULL_TIME, T.LATE_WINNER}.isdisjoint(moment.type for moment in going_on.standing)
    assert going_on.context.columns["MATCH_PHASE"] == "extra_time"
    assert going_on.context.columns["MATCH_EVENT"] == "break"


@pytest.mark.parametrize(
    "later",
    [
        entry(M.PERIOD_START, 3, 0),
        goal(AWAY, 3, 2),
        entry(M.CARD, 3, 4, side=AWAY, card=Card.YELLOW),
        entry(M.SHOOT_OUT_KICK, 5, 1, side=HOME, scored=True),
        a_day_later(entry(M.PERIOD_START, 2, 30)),
    ],
    ids=lambda signal: f"{signal.match_event.type}-{signal.match_event.period}",
)
def test_any_sign_of_a_later_period_or_a_new_start_revokes_the_end(later: Signal) -> None:
    assert detect([*NORMAL_TIME, later]).context.columns["MATCH_PHASE"] != "finished"


@pytest.mark.parametrize(
    "later",
    [
        clock(3, 2),
        entry(M.CARD, 2, 48, side=AWAY, card=Card.RED),
        entry(M.PERIOD_END, 2, 47),
        entry(M.PERIOD_START, 2, 0),
        entry(M.GOAL_CANCELLED, 3, 1, related_id="e-late-goal"),
    ],
    ids=lambda signal: f"{signal.match_event.type}-{signal.match_event.period}",
)
def test_the_end_stands_whatever_else_comes_after_it(later: Signal) -> None:
    assert detect([*NORMAL_TIME, later]).context.columns["MATCH_PHASE"] == "finished"


def test_a_second_end_counts_in_any_order_of_arrival() -> None:
    match = [
        *NORMAL_TIME,
        entry(M.PERIOD_START, 3, 0),
        goal(AWAY, 3, 2),
        goal(HOME, 4, 12),
        end_of_match(4, 16),
    ]
    for arrived in arrival_orders(match, most=200):
        run = detect(arrived)
        [full_time] = [moment for moment in run.standing if moment.type is T.FULL_TIME]
        [winner] = [moment for moment in run.standing if moment.type is T.LATE_WINNER]
        assert (full_time.period, full_time.score) == (4, Score(home=2, away=1))
        assert winner.order == (4, 720.0)
        assert run.context.columns["MATCH_PHASE"] == "finished"


def test_a_goal_whose_clock_was_rounded_up_past_the_whistle_counts_at_full_time() -> None:
    match = [entry(M.PERIOD_START, 2, 0), end_of_match(2, 47.5), goal(HOME, 2, 48)]
    [full_time] = [moment for moment in detect(match).standing if moment.type is T.FULL_TIME]
    assert full_time.score == Score(home=1)


def test_a_suspended_match_resumes_on_the_next_day() -> None:
    # GIVEN a match that is suspended in its second half, and an engine that was restored since
    engine = MatchEngine("m")
    for signal in (*NORMAL_TIME[:2], clock(2, 45)):
        engine.observe(signal)
    resumed = MatchEngine("m")
    resumed.restore(json.loads(json.dumps(engine.state())))

    # WHEN it goes on a day later
    outcomes = [
        resumed.observe(a_day_later(signal))
        for signal in (clock(2, 45.5), clock(2, 46), goal(AWAY, 2, 46.5), end_of_match(2, 48))
    ]

    # THEN nothing of it is refused, and its score goes on
    assert {outcome.verdict for outcome in outcomes} == {Verdict.ACCEPTED}
    assert outcomes[-1].moments[-1].score == Score(home=1, away=1)
    assert resumed.situation.phase == "finished"


def test_corrections_after_the_end_are_taken() -> None:
    cancelled = entry(M.GOAL_CANCELLED, 2, 43, related_id="e-late-goal")
    run = detect([*NORMAL_TIME, clock(2, 60), cancelled])
    assert run.refusals == ()
    assert run.context.score == Score()
    assert run.context.columns["MATCH_PHASE"] == "finished"
