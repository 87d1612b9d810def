"""One entry of a sports feed, in football's terms, whichever provider sent it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.errors import InvalidFieldError
from domain.match import Score, Side
from domain.validation import Reader


class MatchEventType(StrEnum):
    """What a feed entry says happened."""

    PERIOD_START = "period_start"
    PERIOD_END = "period_end"
    MATCH_END = "match_end"
    GOAL = "goal"
    """A goal; `side` is the team that gains by it, also for an own goal."""
    PENALTY_AWARDED = "penalty_awarded"
    PENALTY_MISSED = "penalty_missed"
    SHOOT_OUT_KICK = "shoot_out_kick"
    CARD = "card"
    SUBSTITUTION = "substitution"
    INJURY_STOPPAGE = "injury_stoppage"
    GOAL_CANCELLED = "goal_cancelled"
    """Takes back the goal `related_id` (video review, or the feed's mistake)."""
    SCORER_CHANGED = "scorer_changed"
    """Gives the goal `related_id` to `player`."""
    SCORE_CORRECTION = "score_correction"
    """The feed states the absolute `score`, whatever entries went missing."""
    OTHER = "other"
    """Anything else; it moves the clock and nothing more."""


class Card(StrEnum):
    """The card that was shown."""

    YELLOW = "yellow"
    SECOND_YELLOW = "second_yellow"
    RED = "red"


FIRST_PERIOD, SHOOT_OUT_PERIOD = 1, 5

NEEDS_SIDE = frozenset(
    {
        MatchEventType.GOAL,
        MatchEventType.PENALTY_AWARDED,
        MatchEventType.PENALTY_MISSED,
        MatchEventType.SHOOT_OUT_KICK,
        MatchEventType.CARD,
        MatchEventType.SUBSTITUTION,
    }
)
NEEDS_RELATED = frozenset({MatchEventType.GOAL_CANCELLED, MatchEventType.SCORER_CHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchEvent:
    """One entry of a sports feed; `clock_seconds` counts since the start of `period` (1 to 5)."""

    id: str
    type: MatchEventType
    period: int
    clock_seconds: float
    side: Side | None = None
    player: str | None = None
    related_id: str | None = None
    card: Card | None = None
    own_goal: bool = False
    penalty: bool = False
    scored: bool = False
    score: Score | None = None

    @property
    def order(self) -> tuple[int, float]:
        """Position in play: stoppage time overlaps the next period's clock, so the period comes first."""
        return (self.period, self.clock_seconds)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form without absent fields; the inverse of `from_dict`."""
        fields: dict[str, Any] = {
            "id": self.id,
            "type": self.type.value,
            "period": self.period,
            "clock_seconds": self.clock_seconds,
            "side": self.side and self.side.value,
            "player": self.player,
            "related_id": self.related_id,
            "card": self.card and self.card.value,
            "own_goal": self.own_goal or None,
            "penalty": self.penalty or None,
            "scored": self.scored or None,
            "score": self.score and self.score.to_dict(),
        }
        return {name: value for name, value in fields.items() if value is not None}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "MatchEvent":
        """Read an entry; raises InvalidFieldError that names the first wrong or missing field."""
        reader = Reader(value, path)
        match_event = MatchEvent(
            id=reader.text("id", max_length=200),
            type=reader.choice("type", MatchEventType),
            period=reader.integer("period", minimum=FIRST_PERIOD, maximum=SHOOT_OUT_PERIOD),
            clock_seconds=reader.number("clock_seconds", minimum=0, maximum=10_000),
            side=reader.choice("side", Side) if reader.has("side") else None,
            player=reader.text("player") if reader.has("player") else None,
            related_id=reader.text("related_id") if reader.has("related_id") else None,
            card=reader.choice("card", Card) if reader.has("card") else None,
            own_goal=reader.boolean("own_goal"),
            penalty=reader.boolean("penalty"),
            scored=reader.boolean("scored"),
            score=reader.nested("score", Score.from_dict) if reader.has("score") else None,
        )
        match_event._check(reader)
        return match_event

    def _check(self, reader: Reader) -> None:
        if self.type in NEEDS_SIDE and self.side is None:
            raise InvalidFieldError(reader.path("side"), f"home or away for {self.type.value}", None)
        if self.type in NEEDS_RELATED and self.related_id is None:
            raise InvalidFieldError(reader.path("related_id"), f"an entry's id for {self.type.value}", None)
        if self.type is MatchEventType.CARD and self.card is None:
            raise InvalidFieldError(reader.path("card"), "yellow, second_yellow or red", None)
        if self.type is MatchEventType.SCORE_CORRECTION and self.score is None:
            raise InvalidFieldError(reader.path("score"), "the corrected score", None)
        if self.type is MatchEventType.SCORER_CHANGED and self.player is None:
            raise InvalidFieldError(reader.path("player"), "the scorer's name", None)
