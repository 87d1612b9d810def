"""An event of interest that the analytics found; it carries absolute state, never increments."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.errors import InvalidFieldError
from domain.match import Score, Side
from domain.situation import Situation
from domain.validation import Reader, format_instant


class MomentType(StrEnum):
    """The kinds of moments."""

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
    BIG_CHANCE = "BIG_CHANCE"
    SHOT_ON_TARGET = "SHOT_ON_TARGET"
    WOODWORK = "WOODWORK"
    CORNER = "CORNER"
    FREE_KICK = "FREE_KICK"
    PRESSURE = "PRESSURE"
    VAR_CHECK = "VAR_CHECK"
    STOPPAGE = "STOPPAGE"
    DRINKS_BREAK = "DRINKS_BREAK"
    ADDED_TIME = "ADDED_TIME"
    LAST_MINUTES = "LAST_MINUTES"
    LULL = "LULL"
    MENTION_SPIKE = "MENTION_SPIKE"
    SENTIMENT_SWING = "SENTIMENT_SWING"


MOMENT_TYPES = frozenset(MomentType)
CROWD_MOMENTS = frozenset({MomentType.MENTION_SPIKE, MomentType.SENTIMENT_SWING})
"""The moments that come from counted posts, never from the feed."""
REVISES = "revises"
"""The key in a moment's details that names the first revision of the moment that it replaces."""
RETRACTED = "retracted"
"""The key in a moment's details that says that the moment did not happen."""
BACKGROUND = "background"
"""The key in a moment's details that says that it leaves the screen to another one."""
OPERATOR = "operator"
"""The source, in a moment's details, of an operator's moment: it takes the headline whatever its rank."""
Detail = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An event of interest; `score` is the score after it, `clock_seconds` counts since its period's start.

    `home_sent_off` and `away_sent_off` are the players sent off so far: absolute state, like the score.
    `occurred_at` is event time; `detected_at_ms` and `received_at_ms` are wall time, for latencies only.

    `sequence` is the number under which the analytics published it: each moment, revision and retraction of
    a match gets the next one. `situation` is the situation of the match at that number. Both are absent from
    moments of operators, and of versions that had no numbers.
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
    details: dict[str, Detail] = field(default_factory=dict)
    received_at_ms: int | None = None
    detected_at_ms: int | None = None
    sequence: int | None = None
    situation: Situation | None = None

    @property
    def order(self) -> tuple[int, float]:
        """Return the position in play."""
        return (self.period, self.clock_seconds)

    @property
    def root_id(self) -> str:
        """Return the id of the first revision: later ones are `<id>~<n>`."""
        return str(self.details.get(REVISES, self.id)).partition("~")[0]

    @property
    def revision(self) -> int:
        """Return the number of the revision, from the id; 0 for the first."""
        return revision_of(self.id)

    @property
    def is_retracted(self) -> bool:
        """True if this revision says that the moment did not happen."""
        return bool(self.details.get(RETRACTED))

    def is_before(self, other: "Moment") -> bool:
        """True if this was published before another: by sequence, or by play if one of them has none."""
        if self.sequence is not None and other.sequence is not None:
            return self.sequence < other.sequence
        return self.order < other.order

    def detected(self, at_ms: int) -> "Moment":
        """Return the moment with the time at which the analytics published it."""
        return replace(self, detected_at_ms=at_ms)

    def to_dict(self) -> dict[str, Any]:
        """Return the body of the notification: JSON-safe, without absent fields."""
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
            "sequence": self.sequence,
            "situation": self.situation and self.situation.to_dict(),
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
            side=reader.optional(reader.choice, "side", Side),
            team=reader.optional(reader.text, "team"),
            player=reader.optional(reader.text, "player"),
            penalty=reader.boolean("penalty"),
            home_sent_off=reader.integer("home_sent_off", minimum=0, maximum=11),
            away_sent_off=reader.integer("away_sent_off", minimum=0, maximum=11),
            media_time=reader.optional(reader.instant, "media_time"),
            details=_read_details(reader),
            received_at_ms=reader.optional(reader.integer, "received_at_ms"),
            detected_at_ms=reader.optional(reader.integer, "detected_at_ms"),
            sequence=reader.optional(reader.integer, "sequence", minimum=0),
            situation=reader.optional(reader.nested, "situation", Situation.from_dict),
        )

    @staticmethod
    def from_stored(value: object, path: str = "") -> "Moment | None":
        """Read a moment from our own tables; None if its type is unknown to this version.

        A newer version may have written it. Raises InvalidFieldError for any other wrong field.
        """
        kind = Reader(value, path).text("type")
        return Moment.from_dict(value, path) if kind in MOMENT_TYPES else None


def revision_of(moment_id: str) -> int:
    """Return the number of the revision that an id names; 0 for the first."""
    number = moment_id.partition("~")[2].partition("~")[0]
    return int(number) if number.isdecimal() else 0


def _read_details(reader: Reader) -> dict[str, Detail]:
    details = reader.mapping("details")
    for name, value in details.items():
        if not isinstance(value, Detail):
            raise InvalidFieldError(reader.path(f"details.{name}"), "text, a number, true or false", value)
    return details
