"""What a viewer did with a component: what the recommender learns from."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.component import Slot
from domain.validation import Reader, format_instant, read_text

MAX_INTERACTIONS = 10
MAX_IMPRESSION = 25


class InteractionType(StrEnum):
    """What the viewer did."""

    IMPRESSION = "impression"
    CLICK = "click"
    DISMISSAL = "dismissal"
    CONVERSION = "conversion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One act of a viewer upon a component; `impression` lists what else was on the screen then."""

    type: InteractionType
    component_id: str
    slot: Slot
    version: int
    occurred_at: datetime
    recommendation_id: str | None = None
    value: float | None = None
    impression: tuple[str, ...] = field(default=())

    def id(self, viewer_id: str, match_id: str) -> str:
        """The same act of the same viewer has the same id, however often it is sent."""
        parts = (viewer_id, match_id, self.type, self.component_id, self.slot, str(self.version))
        text = "\x1f".join((*parts, format_instant(self.occurred_at)))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @staticmethod
    def from_message(value: object, path: str) -> "Interaction":
        """Read an entry of an `interact` message; raises InvalidFieldError that names the wrong field."""
        reader = Reader(value, path)
        return Interaction(
            type=reader.choice("type", InteractionType),
            component_id=reader.text("componentId", max_length=256),
            slot=reader.choice("slot", Slot),
            version=reader.integer("version", minimum=0),
            occurred_at=reader.instant("occurredAt"),
            recommendation_id=reader.text("recommendationId", max_length=100)
            if reader.has("recommendationId")
            else None,
            value=reader.number("value") if reader.has("value") else None,
            impression=reader.items("impression", read_text, maximum=MAX_IMPRESSION),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedInteraction:
    """An interaction with who did it and in which context: one record of the interactions stream."""

    interaction: Interaction
    match_id: str
    viewer_id: str
    cohort_key: str
    session_id: str
    columns: dict[str, str]

    @property
    def id(self) -> str:
        """The interaction's id, the same for every repetition."""
        return self.interaction.id(self.viewer_id, self.match_id)

    def to_dict(self) -> dict[str, Any]:
        """Flat JSON-safe form: one line of the raw clickstream."""
        act = self.interaction
        return {
            "interaction_id": self.id,
            "match_id": self.match_id,
            "viewer_id": self.viewer_id,
            "cohort": self.cohort_key,
            "session_id": self.session_id,
            "type": act.type.value,
            "component_id": act.component_id,
            "slot": act.slot.value,
            "version": act.version,
            "occurred_at": format_instant(act.occurred_at),
            "recommendation_id": act.recommendation_id,
            "value": act.value,
            "impression": list(act.impression),
            "columns": self.columns,
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "RecordedInteraction":
        """Read a record of the interactions stream; the inverse of `to_dict`."""
        reader = Reader(value, path)
        act = Interaction(
            type=reader.choice("type", InteractionType),
            component_id=reader.text("component_id", max_length=256),
            slot=reader.choice("slot", Slot),
            version=reader.integer("version", minimum=0),
            occurred_at=reader.instant("occurred_at"),
            recommendation_id=reader.text("recommendation_id") if reader.has("recommendation_id") else None,
            value=reader.number("value") if reader.has("value") else None,
            impression=reader.items("impression", read_text, maximum=MAX_IMPRESSION),
        )
        return RecordedInteraction(
            interaction=act,
            match_id=reader.text("match_id", max_length=100),
            viewer_id=reader.text("viewer_id", max_length=256),
            cohort_key=reader.text("cohort"),
            session_id=reader.text("session_id", max_length=256),
            columns=reader.mapping("columns"),
        )
