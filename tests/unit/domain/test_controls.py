"""What is on hold is not shown by what was published after it."""

from dataclasses import replace

from domain.controls import Controls
from domain.match import Score
from domain.moment import MomentType
from domain.situation import Situation
from tests.support.match_moments import moment

HELD = replace(moment(1, clock_seconds=600.0, score=Score(home=1)), sequence=5)
CONTROLS = Controls(match_id="m1").holding([HELD])


def test_a_revision_of_an_earlier_moment_waits_if_it_was_published_after_the_held_one() -> None:
    # GIVEN a card of minute 5 that is amended while a goal of minute 10 is on hold
    now = Situation(period=1, clock_seconds=600.0, score=Score(home=1), phase="first_half")
    card = moment(2, MomentType.YELLOW_CARD, clock_seconds=300.0)
    # THEN it waits, because it carries the score of now
    assert CONTROLS.withholds(replace(card, sequence=6, situation=now))


def test_a_moment_that_was_published_before_the_held_one_does_not_wait() -> None:
    assert not CONTROLS.withholds(replace(moment(3, clock_seconds=660.0), sequence=4))


def test_moments_without_numbers_are_compared_by_their_position_in_play() -> None:
    assert CONTROLS.withholds(moment(4, clock_seconds=660.0))
    assert not CONTROLS.withholds(moment(5, clock_seconds=540.0))


def test_a_held_moment_of_a_type_that_is_unknown_here_is_left_out_of_stored_controls() -> None:
    stored = CONTROLS.to_dict()
    stored["held"].append({**HELD.to_dict(), "id": "newer", "type": "PITCH_INVASION"})
    assert Controls.from_dict(stored) == CONTROLS
