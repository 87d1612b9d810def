"""Where the ball is and who plays it, from the positions in a feed's entries."""

from collections import deque
from dataclasses import dataclass

from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType, ShotOutcome

_SHOWN_TOUCHES = 4
_BALL_SECONDS = 0.8
"""The time in which the ball moves from one touch to the next, in the picture's seconds."""
_SHOT_SECONDS = 4.0
_SHOTS = frozenset({MatchEventType.SHOT, MatchEventType.GOAL, MatchEventType.PENALTY_MISSED})
_RESTARTS = frozenset({MatchEventType.PERIOD_START, MatchEventType.PERIOD_END, MatchEventType.MATCH_END})
_CENTRE = (0.5, 0.5)
Point = tuple[float, float]
"""Fractions of the pitch, from the left and from the top of the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """A player of a side at the ball."""

    side: Side
    player: str | None
    at: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A shot, while it is shown: from where, to where, and if it is a goal."""

    side: Side
    origin: Point
    end: Point
    is_goal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What the picture shows of the play: the ball, the last touches (newest last) and a shot."""

    ball: Point = _CENTRE
    touches: tuple[Touch, ...] = ()
    shot: Shot | None = None


class PlayTracker:
    """Follows a feed's entries; the home side attacks to the right in the first period, then they change."""

    def __init__(self) -> None:
        self._touches: deque[Touch] = deque(maxlen=_SHOWN_TOUCHES)
        self._path: tuple[Point, Point] = (_CENTRE, _CENTRE)
        self._shot: Shot | None = None
        self._at = 0.0

    def observe(self, entry: MatchEvent, now: float) -> None:
        """Move the play to an entry; `now` is the picture's time in seconds."""
        if entry.type in _RESTARTS:
            self._touches.clear()
            self._move(_CENTRE, now)
            return
        if entry.side is None or entry.x is None or entry.y is None:
            return
        at = _in_picture(entry.x, entry.y, entry.side, entry.period)
        at_ball = entry.side.opponent if entry.own_goal else entry.side
        self._touches.append(Touch(side=at_ball, player=entry.player, at=at))
        self._move(at, now)
        if entry.type in _SHOTS:
            end = _in_picture(*_end_of(entry), entry.side, entry.period)
            is_goal = entry.type is MatchEventType.GOAL
            self._shot = Shot(side=entry.side, origin=at, end=end, is_goal=is_goal)
            self._path = (at, end)

    def play(self, now: float) -> Play:
        """Return the play at the picture's time in seconds."""
        passed = now - self._at
        share = min(1.0, max(0.0, passed / _BALL_SECONDS))
        (x0, y0), (x1, y1) = self._path
        return Play(
            ball=(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share),
            touches=tuple(self._touches),
            shot=self._shot if passed < _SHOT_SECONDS else None,
        )

    def _move(self, end: Point, now: float) -> None:
        self._path, self._shot, self._at = (self.play(now).ball, end), None, now


def _in_picture(x: float, y: float, side: Side, period: int) -> Point:
    attacks_right = (side is Side.HOME) == (period % 2 == 1)
    return (x, y) if attacks_right else (1 - x, 1 - y)


def _end_of(entry: MatchEvent) -> Point:
    """Return where a shot ends, as its side sees the pitch; the goal is in the middle of the far line."""
    x, y = entry.x or 0.0, entry.y or 0.0
    if entry.type is MatchEventType.GOAL:
        return (1.015, 0.5)
    if entry.outcome is ShotOutcome.BLOCKED:
        return ((x + 1) / 2, (y + 0.5) / 2)
    if entry.outcome is ShotOutcome.OFF_TARGET:
        return (1.015, 0.41 if y < 0.5 else 0.59)
    return (0.985, 0.5)
