"""Interactions of viewers with components, from which the recommender learns."""

import functools
import hashlib
from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.component import Slot
from domain.validation import Reader, format_instant, read_text

MAX_INTERACTIONS = 10
"""Of one message."""
MAX_INTERACTIONS_OF_REQUEST = 25
"""Of one HTTPS request: each costs an invocation, so that apps send fewer and larger ones."""
MAX_ID_LENGTH = 256
MAX_IMPRESSION = 25
MAX_RECOMMENDATION_ID_LENGTH = 40
"""Limits of PutEvents and of dataset imports: https://docs.aws.amazon.com/personalize."""
MAX_VALUE = 1e9
MAX_SIGNATURE_LENGTH = 1100
"""The consents of an audience are part of a signature, and a token has at most 1,000 characters of them."""
MAX_WATCH_SECONDS = 4 * 3600.0
MAX_DELAY = timedelta(days=1)
"""How long interactions with a placement are accepted. The context of a version is kept as long."""


class InteractionType(StrEnum):
    """What the viewer did."""

    IMPRESSION = "impression"
    CLICK = "click"
    DISMISSAL = "dismissal"
    CONVERSION = "conversion"
    WATCH = "watch"
    """The viewer watched a component; the interaction's value is the number of seconds."""


RECOMMENDER_TYPES = tuple(kind for kind in InteractionType if kind is not InteractionType.WATCH)
"""Types that are sent to the recommender; the clickstream has all types.

Personalize limits event types and optional columns of an interactions dataset to ten together, including
EVENT_TYPE (https://docs.aws.amazon.com/personalize/latest/dg/interactions-dataset-requirements.html): with
five context columns there is room for these four types, and none for EVENT_VALUE.
"""
LEARNED = InteractionType.CLICK
"""The type that a solution optimises for; Personalize's minimum counts apply to this type only."""
CHOICES = frozenset({InteractionType.CLICK, InteractionType.CONVERSION, InteractionType.DISMISSAL})
"""Types that express a preference; an impression or a watch hardly does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One interaction with a component; `impression` lists the components on screen, including this one.

    It and `recommendation_id` are what the app says, until the server has kept what is true of them.
    `occurred_at` is what the app's clock says. `signature` is that of the placement; it is not recorded.
    """

    type: InteractionType
    component_id: str
    slot: Slot
    version: int
    occurred_at: datetime
    recommendation_id: str | None = None
    value: float | None = None
    impression: tuple[str, ...] = field(default=())
    signature: str = ""

    def id(self, viewer_id: str, match_id: str) -> str:
        """Return an id that is the same whenever the viewer's app sends this interaction.

        Its time is no part of it, so that a viewer clicks a placement once. Watches have times of their own.
        """
        parts = [viewer_id, match_id, self.type, self.component_id, self.slot, str(self.version)]
        if self.type is InteractionType.WATCH:
            parts.append(format_instant(self.occurred_at))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]

    def bounded(self, earliest: datetime, received_at: datetime) -> "Interaction":
        """Return the interaction with its time within these bounds: apps' clocks may be wrong."""
        return replace(self, occurred_at=min(max(self.occurred_at, earliest), received_at))

    def among(self, seen: Container[str]) -> "Interaction":
        """Return the interaction without components on screen of which the viewer has reported no impression.

        Who lists a component that was not clicked lowers its rate, so the list is earned as a click is.
        """
        return replace(self, impression=tuple(name for name in self.impression if name in seen))

    @staticmethod
    def from_message(value: object, path: str) -> "Interaction":
        """Read an entry of an `interact` message; raises InvalidFieldError for an invalid field."""
        reader = Reader(value, path)
        kind = reader.choice("type", InteractionType)
        component_id = reader.text("componentId", max_length=MAX_ID_LENGTH)
        return Interaction(
            type=kind,
            component_id=component_id,
            slot=reader.choice("slot", Slot),
            version=reader.integer("version", minimum=0),
            occurred_at=reader.instant("occurredAt"),
            recommendation_id=reader.optional(
                reader.text, "recommendationId", max_length=MAX_RECOMMENDATION_ID_LENGTH
            ),
            value=_read_value(reader, kind),
            impression=_with_component(
                component_id, reader.items("impression", _read_id, maximum=MAX_IMPRESSION)
            ),
            signature=reader.text("signature", max_length=MAX_SIGNATURE_LENGTH),
        )


def _read_value(reader: Reader, kind: InteractionType) -> float | None:
    """Read the seconds of a watch, which are required; for other types any number that the app reports."""
    if kind is InteractionType.WATCH:
        return reader.number("value", minimum=0, maximum=MAX_WATCH_SECONDS)
    return reader.optional(reader.number, "value", minimum=-MAX_VALUE, maximum=MAX_VALUE)


_read_id = functools.partial(read_text, max_length=MAX_ID_LENGTH)


def _with_component(component_id: str, impression: tuple[str, ...]) -> tuple[str, ...]:
    """Return the components on screen, always including this one.

    Without a list Personalize assumes that every recommended component was shown, but of a hundred
    recommended components only a few are placed.
    """
    return impression if component_id in impression else (component_id, *impression)[:MAX_IMPRESSION]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedInteraction:
    """An interaction with its viewer and context: one record of the interactions stream.

    `received_at` is when the server received it. `holdout` marks viewers of the holdout group, who get no
    recommendations. `weight` is how many interactions of its kind it stands for: apps may report a sample of
    their impressions. An impression outside the sample, which comes only as the proof of a click, has 0.
    """

    interaction: Interaction
    received_at: datetime
    match_id: str
    viewer_id: str
    cohort_key: str
    session_id: str
    columns: dict[str, str]
    holdout: bool = False
    weight: float = 1.0

    @property
    def id(self) -> str:
        """The interaction's id, the same for every repetition of it."""
        return self.interaction.id(self.viewer_id, self.match_id)

    def to_dict(self) -> dict[str, Any]:
        """Return one line of the raw clickstream: flat JSON."""
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
            "received_at": format_instant(self.received_at),
            "weight": self.weight,
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "RecordedInteraction":
        """Read a record of the interactions stream; the inverse of `to_dict`.

        Records of earlier versions of the code lack `received_at` and `weight`.
        """
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
            received_at=reader.instant("received_at") if reader.has("received_at") else act.occurred_at,
            match_id=reader.text("match_id", max_length=100),
            viewer_id=reader.text("viewer_id", max_length=256),
            cohort_key=reader.text("cohort"),
            session_id=reader.text("session_id", max_length=256),
            columns=reader.mapping("columns"),
            holdout=reader.boolean("holdout"),
            weight=reader.number("weight", minimum=0) if reader.has("weight") else 1.0,
        )
