"""Where interactions go."""

from collections.abc import Sequence
from typing import Protocol

from domain.interaction import RecordedInteraction
from domain.recommendation import Refusal


class InteractionStream(Protocol):
    """The stream of interactions."""

    def put_interactions(self, interactions: Sequence[RecordedInteraction]) -> int:
        """Write interactions; return how many were lost despite retries."""


class EventTracker(Protocol):
    """Personalize's event tracker."""

    def put_events(self, interactions: Sequence[RecordedInteraction]) -> Refusal | None:
        """Record interactions of one viewer's session; return the refusal if there was one."""
