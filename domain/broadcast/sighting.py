"""What an observation is evidence of: the moments that it may show, and when it was on air."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from domain.match import Score
from domain.moment import Moment, MomentType
from domain.validation import format_instant

GOALS = frozenset({MomentType.GOAL, MomentType.OWN_GOAL})
CARDS = frozenset({MomentType.RED_CARD, MomentType.YELLOW_CARD})
SCOREBOARD = "SCOREBOARD"
EVIDENCE: Mapping[str, frozenset[MomentType]] = MappingProxyType(
    {
        SCOREBOARD: GOALS,
        "PHRASE_GOAL": GOALS,
        "PHRASE_RED_CARD": frozenset({MomentType.RED_CARD}),
        "PHRASE_YELLOW_CARD": frozenset({MomentType.YELLOW_CARD}),
        "PHRASE_PENALTY": frozenset({MomentType.PENALTY_AWARDED, MomentType.PENALTY_MISSED}),
        "CARD": CARDS,
        "TROPHY": frozenset({MomentType.FULL_TIME}),
    }
)
"""The moment types that each label may show. A sighting never creates a moment."""
BEFORE_EVENT, AFTER_EVENT = timedelta(seconds=15), timedelta(minutes=3)
"""How far a sighting may be from the event's own time: graphics, replays and the programme run late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Something that was on air at `media_time`; `score` is set if a scoreboard showed it."""

    label: str
    media_time: datetime
    score: Score | None = None

    def shows(self, moment: Moment) -> bool:
        """True if this sighting may show a moment."""
        if moment.type not in EVIDENCE.get(self.label, frozenset()):
            return False
        if self.score is not None and self.score != moment.score:
            return False
        return -BEFORE_EVENT <= self.media_time - moment.occurred_at <= AFTER_EVENT

    def to_list(self) -> list[Any]:
        """Return a compact JSON-safe form; the inverse of `from_list`."""
        return [self.label, format_instant(self.media_time), self.score and self.score.to_dict()]

    @staticmethod
    def from_list(value: list[Any]) -> "Sighting":
        """Read a sighting from a checkpoint."""
        label, at, score = value
        return Sighting(
            label=label,
            media_time=datetime.fromisoformat(at),
            score=None if score is None else Score.from_dict(score),
        )
