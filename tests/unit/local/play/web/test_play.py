"""The play on the demo's picture comes from the positions in the feed."""

import pytest

from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType, ShotOutcome
from local.play.web.play import PlayTracker


def entry(
    kind: MatchEventType = MatchEventType.OTHER,
    *,
    side: Side = Side.HOME,
    period: int = 1,
    at: tuple[float, float] | None = (0.8, 0.3),
    own_goal: bool = False,
    outcome: ShotOutcome | None = None,
) -> MatchEvent:
    x, y = at or (None, None)
    return MatchEvent(
        id="e", type=kind, period=period, clock_seconds=1, side=side, player="Ciro Immobile",
        x=x, y=y, own_goal=own_goal, outcome=outcome,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("side", "period", "expected"),
    [
        (Side.HOME, 1, (0.8, 0.3)),
        (Side.AWAY, 1, (0.2, 0.7)),
        (Side.HOME, 2, (0.2, 0.7)),
        (Side.AWAY, 2, (0.8, 0.3)),
        (Side.HOME, 3, (0.8, 0.3)),
    ],
)
def test_sides_change_ends_with_the_period(side: Side, period: int, expected: tuple[float, float]) -> None:
    tracker = PlayTracker()
    tracker.observe(entry(side=side, period=period), now=0)
    assert tracker.play(10).ball == pytest.approx(expected)
    assert tracker.play(10).touches[-1].at == pytest.approx(expected)


def test_the_ball_moves_from_touch_to_touch_and_entries_without_a_position_leave_it() -> None:
    tracker = PlayTracker()
    tracker.observe(entry(at=(0.2, 0.5)), now=0)
    tracker.observe(entry(at=(0.6, 0.5)), now=10)
    assert 0.2 < tracker.play(10.4).ball[0] < 0.6
    tracker.observe(entry(at=None), now=11)
    assert tracker.play(20).ball == pytest.approx((0.6, 0.5))


def test_a_goal_ends_in_the_net_and_is_shown_for_a_while() -> None:
    tracker = PlayTracker()
    tracker.observe(entry(MatchEventType.GOAL), now=0)
    shot = tracker.play(1).shot
    assert shot is not None
    assert (shot.side, shot.is_goal) == (Side.HOME, True)
    assert tracker.play(1).ball == shot.end == (1.015, 0.5)
    assert tracker.play(5).shot is None


def test_a_shot_off_target_ends_beside_the_goal() -> None:
    tracker = PlayTracker()
    tracker.observe(entry(MatchEventType.SHOT, outcome=ShotOutcome.OFF_TARGET), now=0)
    shot = tracker.play(1).shot
    assert shot is not None
    assert (shot.is_goal, shot.end) == (False, (1.015, 0.41))


def test_an_own_goal_is_touched_by_the_side_that_concedes() -> None:
    tracker = PlayTracker()
    tracker.observe(entry(MatchEventType.GOAL, own_goal=True), now=0)
    assert tracker.play(1).touches[-1].side is Side.AWAY


def test_a_period_begins_in_the_centre_without_touches() -> None:
    tracker = PlayTracker()
    tracker.observe(entry(), now=0)
    tracker.observe(entry(MatchEventType.PERIOD_START, at=None), now=10)
    play = tracker.play(20)
    assert (play.ball, play.touches) == ((0.5, 0.5), ())
