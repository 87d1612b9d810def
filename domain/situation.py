"""The situation of a match: how far play is, the score, the players sent off and the phase."""

from dataclasses import dataclass, field
from typing import Any

from domain.match import Score
from domain.match_event import SHOOT_OUT_PERIOD
from domain.validation import Reader

EXTRA_TIME_PERIODS = (3, 4)
LAST_FIVE_MINUTES_FROM_SECONDS = 40 * 60.0
"""Five minutes of regular time left: 40 minutes into the second half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The state of a match at one time; period 0 is before kick-off."""

    period: int = 0
    clock_seconds: float = 0.0
    score: Score = field(default_factory=Score)
    home_sent_off: int = 0
    away_sent_off: int = 0
    phase: str = "before"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form; the inverse of `from_dict`."""
        return {
            "period": self.period,
            "clock_seconds": self.clock_seconds,
            "score": self.score.to_dict(),
            "home_sent_off": self.home_sent_off,
            "away_sent_off": self.away_sent_off,
            "phase": self.phase,
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Situation":
        """Read a situation; raises InvalidFieldError that names the first wrong field."""
        reader = Reader(value, path)
        return Situation(
            period=reader.integer("period", minimum=0, maximum=SHOOT_OUT_PERIOD),
            clock_seconds=reader.number("clock_seconds", minimum=0, maximum=10_000),
            score=reader.nested("score", Score.from_dict),
            home_sent_off=reader.integer("home_sent_off", minimum=0, maximum=11),
            away_sent_off=reader.integer("away_sent_off", minimum=0, maximum=11),
            phase=reader.text("phase", max_length=100),
        )


def phase_at(period: int, clock_seconds: float, *, is_break: bool = False, is_finished: bool = False) -> str:
    """Return the phase, a word of the context registry, at a point of play."""
    if is_finished:
        return "finished"
    if is_break:
        return "half_time"
    if period == SHOOT_OUT_PERIOD:
        return "shoot_out"
    if period in EXTRA_TIME_PERIODS:
        return "extra_time"
    if period == 2:
        return "last_five_minutes" if clock_seconds >= LAST_FIVE_MINUTES_FROM_SECONDS else "second_half"
    return "first_half" if period else "before"
