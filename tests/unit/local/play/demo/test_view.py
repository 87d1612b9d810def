"""The terminal's view: the match, its moments, and what is truly on each screen, in words."""

import io
from dataclasses import replace
from datetime import timedelta

from rich.console import Console

from domain.match import Score, Side
from local.play.demo.state import DemoState
from local.play.demo.view import draw
from local.play.web.clock import BEHIND_SECONDS
from tests.support.feed_entries import KICK_OFF
from tests.support.match_moments import moment
from tests.unit.local.play.demo.one_persona import (
    GIULIA,
    SCORED,
    WallClock,
    programme_clock,
    state_of,
    version,
)

SCORED_AT = KICK_OFF + timedelta(minutes=10)


def drawn(state: DemoState) -> str:
    console = Console(file=io.StringIO(), width=220)
    with console.capture() as captured:
        console.print(draw(state))
    return captured.get()


def after_the_goal(now: WallClock, **placement: object) -> DemoState:
    """Return the state when Italy has scored in the feed, and Giulia's app has the version of the goal."""
    clock = programme_clock(now)
    state = state_of(clock)
    clock.signal_posted(SCORED)
    state.signal_posted(SCORED)
    goal = moment(1, clock_seconds=600.0, score=Score(away=1)).detected(1_025)
    state.moment_published(replace(goal, side=Side.AWAY, team="Italy", received_at_ms=1_000))
    state.message_shown(GIULIA, version(SCORED_AT, **placement))
    return state


def test_before_kick_off_every_screen_is_empty() -> None:
    view = drawn(state_of(programme_clock(WallClock())))
    assert "Turkey  0 - 0  Italy" in view
    assert GIULIA.name in view
    assert "no moment on a screen yet" in view
    assert "Who scores next?" not in view


def test_a_goal_is_told_at_once_and_its_screen_when_the_picture_is_there() -> None:
    now = WallClock()
    state = after_the_goal(now)
    # WHEN the feed has the goal, and the viewers' pictures do not
    view = drawn(state)
    assert "Turkey  0 - 1  Italy" in view
    assert "10:00" in view
    assert "Italy scored" in view
    assert "detected in 25 ms" in view
    assert "Who scores next?" not in view
    # WHEN the pictures are there
    now.seconds = BEHIND_SECONDS
    view = drawn(state)
    # THEN the screen has its component, with the reason in words
    assert "Who scores next?" in view
    assert "ranked for viewers like this one" in view


def test_what_was_refused_is_told_in_words_and_what_only_does_not_fit_is_not() -> None:
    now = WallClock()
    state = after_the_goal(now, constraints=["no-quiz-after-a-goal", "does-not-fit"], rung="popularity")
    now.seconds = BEHIND_SECONDS
    view = " ".join(drawn(state).replace("│", " ").split())
    assert "popular in moments like this" in view
    assert "quiz after" in view
    assert "fit" not in view


def test_what_sells_is_off_the_screen_after_a_goal_as_in_the_app() -> None:
    now = WallClock()
    state = after_the_goal(now, type="bet_slip", title="Next goal: odds")
    now.seconds = BEHIND_SECONDS
    assert "Next goal" not in drawn(state)
