"""One entry of a sports feed in football terms, the same for every provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.errors import InvalidFieldError
from domain.match import Score, Side
from domain.validation import Reader


class MatchEventType(StrEnum):
    """What a feed entry reports."""

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
    SHOT = "shot"
    """A shot that is no goal; `outcome` says what became of it."""
    CORNER = "corner"
    FREE_KICK = "free_kick"
    """A free kick; `x` and `y` are where it is taken."""
    VAR_CHECK = "var_check"
    STOPPAGE = "stoppage"
    """Play is stopped for another reason than an injury, a drink or a video check."""
    DRINKS_BREAK = "drinks_break"
    ADDED_TIME = "added_time"
    """The `minutes` that will be added to the period."""
    ENTRY_WITHDRAWN = "entry_withdrawn"
    """Withdraws the entry `related_id`, whatever it is: the feed has deleted it."""
    GOAL_CANCELLED = "goal_cancelled"
    """Withdraws the goal `related_id`: it was disallowed."""
    CARD_CANCELLED = "card_cancelled"
    """Withdraws the card `related_id`."""
    PENALTY_CANCELLED = "penalty_cancelled"
    """Withdraws the penalty `related_id`, awarded or missed."""
    SUBSTITUTION_CANCELLED = "substitution_cancelled"
    """Withdraws the substitution `related_id`."""
    SCORER_CHANGED = "scorer_changed"
    """Gives the goal `related_id` to `player`."""
    SCORE_CORRECTION = "score_correction"
    """States the absolute `score`, for entries that are missing."""
    OTHER = "other"
    """Any other entry; it advances the clock only."""


class Card(StrEnum):
    """The card that was shown."""

    YELLOW = "yellow"
    SECOND_YELLOW = "second_yellow"
    RED = "red"


class ShotOutcome(StrEnum):
    """What became of a shot that is no goal."""

    SAVED = "saved"
    OFF_TARGET = "off_target"
    BLOCKED = "blocked"
    WOODWORK = "woodwork"


FIRST_PERIOD, SHOOT_OUT_PERIOD = 1, 5

NEEDS_SIDE = frozenset(
    {
        MatchEventType.GOAL,
        MatchEventType.PENALTY_AWARDED,
        MatchEventType.PENALTY_MISSED,
        MatchEventType.SHOOT_OUT_KICK,
        MatchEventType.CARD,
        MatchEventType.SUBSTITUTION,
        MatchEventType.SHOT,
        MatchEventType.CORNER,
        MatchEventType.FREE_KICK,
    }
)
MAX_ADDED_MINUTES = 60
WITHDRAWALS: Mapping[MatchEventType, frozenset[MatchEventType]] = {
    MatchEventType.ENTRY_WITHDRAWN: frozenset(MatchEventType),
    MatchEventType.GOAL_CANCELLED: frozenset({MatchEventType.GOAL}),
    MatchEventType.CARD_CANCELLED: frozenset({MatchEventType.CARD}),
    MatchEventType.PENALTY_CANCELLED: frozenset(
        {MatchEventType.PENALTY_AWARDED, MatchEventType.PENALTY_MISSED}
    ),
    MatchEventType.SUBSTITUTION_CANCELLED: frozenset({MatchEventType.SUBSTITUTION}),
}
"""The types that withdraw an entry, each with the types of entry that it may name."""
CORRECTIONS: Mapping[MatchEventType, frozenset[MatchEventType]] = {
    **WITHDRAWALS,
    MatchEventType.SCORER_CHANGED: frozenset({MatchEventType.GOAL}),
}
"""The types that change another entry, `related_id`, each with the types of entry that it may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchEvent:
    """One entry of a sports feed; `clock_seconds` counts since the start of `period` (1 to 5).

    `id` names the entry in every version of it. `revision` numbers the versions, where the provider does;
    that of a withdrawal counts among those of the entry that it names. `x` runs from 0 at the own goal line
    of `side` to 1 at the opponents', `y` from 0 at its left touchline to 1 at its right.
    """

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
    revision: int | None = None
    outcome: ShotOutcome | None = None
    big_chance: bool = False
    x: float | None = None
    y: float | None = None
    minutes: int | None = None

    @property
    def order(self) -> tuple[int, float]:
        """Return the position in play: the period first, for stoppage time overlaps the next one's clock."""
        return (self.period, self.clock_seconds)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form without absent fields; the inverse of `from_dict`."""
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
            "revision": self.revision,
            "outcome": self.outcome and self.outcome.value,
            "big_chance": self.big_chance or None,
            "x": self.x,
            "y": self.y,
            "minutes": self.minutes,
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
            side=reader.optional(reader.choice, "side", Side),
            player=reader.optional(reader.text, "player"),
            related_id=reader.optional(reader.text, "related_id"),
            card=reader.optional(reader.choice, "card", Card),
            own_goal=reader.boolean("own_goal"),
            penalty=reader.boolean("penalty"),
            scored=reader.boolean("scored"),
            score=reader.optional(reader.nested, "score", Score.from_dict),
            revision=reader.optional(reader.integer, "revision", minimum=0),
            outcome=reader.optional(reader.choice, "outcome", ShotOutcome),
            big_chance=reader.boolean("big_chance"),
            x=reader.optional(reader.number, "x", minimum=0, maximum=1),
            y=reader.optional(reader.number, "y", minimum=0, maximum=1),
            minutes=reader.optional(reader.integer, "minutes", minimum=0, maximum=MAX_ADDED_MINUTES),
        )
        match_event._check(reader)
        return match_event

    def _check(self, reader: Reader) -> None:
        if self.type in NEEDS_SIDE and self.side is None:
            raise InvalidFieldError(reader.path("side"), f"home or away for {self.type.value}", None)
        if self.type in CORRECTIONS and self.related_id is None:
            raise InvalidFieldError(
                reader.path("related_id"), f"the id of an entry for {self.type.value}", None
            )
        if self.type is MatchEventType.CARD and self.card is None:
            raise InvalidFieldError(reader.path("card"), "yellow, second_yellow or red", None)
        if self.type is MatchEventType.SCORE_CORRECTION and self.score is None:
            raise InvalidFieldError(reader.path("score"), "the corrected score", None)
        if self.type is MatchEventType.SHOT and self.outcome is None:
            raise InvalidFieldError(reader.path("outcome"), "one of " + ", ".join(ShotOutcome), None)
        if self.type is MatchEventType.ADDED_TIME and self.minutes is None:
            raise InvalidFieldError(reader.path("minutes"), "the minutes added", None)
        if self.type is MatchEventType.SCORER_CHANGED and self.player is None:
            raise InvalidFieldError(reader.path("player"), "the scorer's name", None)
