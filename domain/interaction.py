"""What a viewer did with a component: what the recommender learns from."""

import functools
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.component import Slot
from domain.validation import Reader, format_instant, read_text

MAX_INTERACTIONS = 10
MAX_ID_LENGTH = 256
MAX_IMPRESSION = 25
MAX_RECOMMENDATION_ID_LENGTH = 40
"""What a call of PutEvents takes of an event, and an import of a row: https://docs.aws.amazon.com/personalize."""
MAX_VALUE = 1e9
MAX_WATCH_SECONDS = 4 * 3600.0


class InteractionType(StrEnum):
    """What the viewer did."""

    IMPRESSION = "impression"
    CLICK = "click"
    DISMISSAL = "dismissal"
    CONVERSION = "conversion"
    WATCH = "watch"
    """Stayed with a component; the interaction's value says for how many seconds."""


RECOMMENDER_TYPES = tuple(kind for kind in InteractionType if kind is not InteractionType.WATCH)
"""What the recommender is told of; the clickstream has all of it.

Of an interactions dataset Personalize takes ten event types and optional columns together, EVENT_TYPE among
them (https://docs.aws.amazon.com/personalize/latest/dg/interactions-dataset-requirements.html): beside five
columns of context there is room for these four, and none for EVENT_VALUE.
"""
LEARNED = InteractionType.CLICK
"""What a solution learns to bring about; Personalize counts its minimums in acts of this type alone."""
CHOICES = frozenset({InteractionType.CLICK, InteractionType.CONVERSION, InteractionType.DISMISSAL})
"""Acts by which viewers tell a taste; to be shown something, and to stay with it, tells little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One act of a viewer upon a component; `impression` lists what was on the screen then, that one too."""

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
        act = reader.choice("type", InteractionType)
        component_id = reader.text("componentId", max_length=MAX_ID_LENGTH)
        return Interaction(
            type=act,
            component_id=component_id,
            slot=reader.choice("slot", Slot),
            version=reader.integer("version", minimum=0),
            occurred_at=reader.instant("occurredAt"),
            recommendation_id=reader.optional(
                reader.text, "recommendationId", max_length=MAX_RECOMMENDATION_ID_LENGTH
            ),
            value=_read_value(reader, act),
            impression=_with(component_id, reader.items("impression", _read_id, maximum=MAX_IMPRESSION)),
        )


def _read_value(reader: Reader, act: InteractionType) -> float | None:
    """Seconds of a watch signal, which says nothing without them; of other acts whatever the app counts."""
    if act is InteractionType.WATCH:
        return reader.number("value", minimum=0, maximum=MAX_WATCH_SECONDS)
    return reader.optional(reader.number, "value", minimum=-MAX_VALUE, maximum=MAX_VALUE)


_read_id = functools.partial(read_text, max_length=MAX_ID_LENGTH)


def _with(component_id: str, impression: tuple[str, ...]) -> tuple[str, ...]:
    """What was on the screen, and surely the component itself.

    Personalize takes everything it recommended for shown unless it is told what was, and of a hundred
    components that it recommends the constraints and the slots leave a handful.
    """
    return impression if component_id in impression else (component_id, *impression)[:MAX_IMPRESSION]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedInteraction:
    """An interaction with who did it and in which context: one record of the interactions stream.

    `holdout` marks a viewer who is shown what the business would show without a recommender.
    """

    interaction: Interaction
    match_id: str
    viewer_id: str
    cohort_key: str
    session_id: str
    columns: dict[str, str]
    holdout: bool = False

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
            "holdout": self.holdout,
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
            recommendation_id=reader.optional(reader.text, "recommendation_id"),
            value=reader.optional(reader.number, "value"),
            impression=reader.items("impression", read_text, maximum=MAX_IMPRESSION),
        )
        return RecordedInteraction(
            interaction=act,
            match_id=reader.text("match_id", max_length=100),
            viewer_id=reader.text("viewer_id", max_length=256),
            cohort_key=reader.text("cohort"),
            session_id=reader.text("session_id", max_length=256),
            columns=reader.mapping("columns"),
            holdout=reader.boolean("holdout"),
        )
