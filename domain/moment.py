"""An event of interest that the analytics found, with absolute state, never increments."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.match import Score, Side
from domain.validation import Reader, format_instant


class MomentType(StrEnum):
    """What kind of moment it is."""

    GOAL = "GOAL"
    OWN_GOAL = "OWN_GOAL"
    GOAL_DISALLOWED = "GOAL_DISALLOWED"
    SCORE_CORRECTED = "SCORE_CORRECTED"
    PENALTY_AWARDED = "PENALTY_AWARDED"
    PENALTY_MISSED = "PENALTY_MISSED"
    RED_CARD = "RED_CARD"
    YELLOW_CARD = "YELLOW_CARD"
    SUBSTITUTION = "SUBSTITUTION"
    INJURY = "INJURY"
    KICK_OFF = "KICK_OFF"
    HALF_TIME = "HALF_TIME"
    FULL_TIME = "FULL_TIME"
    EXTRA_TIME = "EXTRA_TIME"
    SHOOT_OUT = "SHOOT_OUT"
    SHOOT_OUT_KICK = "SHOOT_OUT_KICK"
    GOAL_RUSH = "GOAL_RUSH"
    EQUALISER = "EQUALISER"
    LATE_EQUALISER = "LATE_EQUALISER"
    LATE_WINNER = "LATE_WINNER"
    COMEBACK = "COMEBACK"
    HAT_TRICK = "HAT_TRICK"
    LEAD_CHANGE = "LEAD_CHANGE"
    LEVEL_LATE = "LEVEL_LATE"
    MENTION_SPIKE = "MENTION_SPIKE"
    SENTIMENT_SWING = "SENTIMENT_SWING"


CROWD_MOMENTS = frozenset({MomentType.MENTION_SPIKE, MomentType.SENTIMENT_SWING})
"""What the crowd tells and no feed does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An event of interest; `score` is the score after it, `clock_seconds` counts since its period's start.

    `home_sent_off` and `away_sent_off` are the players sent off so far: absolute state, like the score.
    `occurred_at` is event time, `detected_at_ms` and `received_at_ms` wall time for latencies alone.
    """

    id: str
    match_id: str
    type: MomentType
    signal_id: str
    period: int
    clock_seconds: float
    occurred_at: datetime
    score: Score
    side: Side | None = None
    team: str | None = None
    player: str | None = None
    penalty: bool = False
    home_sent_off: int = 0
    away_sent_off: int = 0
    media_time: datetime | None = None
    details: dict[str, str | int | float | bool] = field(default_factory=dict)
    received_at_ms: int | None = None
    detected_at_ms: int | None = None

    @property
    def order(self) -> tuple[int, float]:
        """Position in play."""
        return (self.period, self.clock_seconds)

    def detected(self, at_ms: int) -> "Moment":
        """The same moment, stamped with the time at which the analytics published it."""
        return replace(self, detected_at_ms=at_ms)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form without absent fields: the body of the notification."""
        fields: dict[str, Any] = {
            "id": self.id,
            "match_id": self.match_id,
            "type": self.type.value,
            "signal_id": self.signal_id,
            "period": self.period,
            "clock_seconds": self.clock_seconds,
            "occurred_at": format_instant(self.occurred_at),
            "score": self.score.to_dict(),
            "side": self.side and self.side.value,
            "team": self.team,
            "player": self.player,
            "penalty": self.penalty or None,
            "home_sent_off": self.home_sent_off,
            "away_sent_off": self.away_sent_off,
            "media_time": self.media_time and format_instant(self.media_time),
            "details": self.details or None,
            "received_at_ms": self.received_at_ms,
            "detected_at_ms": self.detected_at_ms,
        }
        return {name: value for name, value in fields.items() if value is not None}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Moment":
        """Read a moment; raises InvalidFieldError that names the first wrong or missing field."""
        reader = Reader(value, path)
        return Moment(
            id=reader.text("id", max_length=500),
            match_id=reader.text("match_id", max_length=100),
            type=reader.choice("type", MomentType),
            signal_id=reader.text("signal_id", max_length=300),
            period=reader.integer("period", minimum=1, maximum=5),
            clock_seconds=reader.number("clock_seconds", minimum=0, maximum=10_000),
            occurred_at=reader.instant("occurred_at"),
            score=reader.nested("score", Score.from_dict),
            side=reader.choice("side", Side) if reader.has("side") else None,
            team=reader.text("team") if reader.has("team") else None,
            player=reader.text("player") if reader.has("player") else None,
            penalty=reader.boolean("penalty"),
            home_sent_off=reader.integer("home_sent_off", minimum=0, maximum=11),
            away_sent_off=reader.integer("away_sent_off", minimum=0, maximum=11),
            media_time=reader.instant("media_time") if reader.has("media_time") else None,
            details=reader.mapping("details"),
            received_at_ms=reader.integer("received_at_ms") if reader.has("received_at_ms") else None,
            detected_at_ms=reader.integer("detected_at_ms") if reader.has("detected_at_ms") else None,
        )
