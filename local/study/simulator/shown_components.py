"""What one viewer was shown at one time, as records of the interactions stream."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.component import Component
from domain.interaction import Interaction, InteractionType, RecordedInteraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownComponents:
    """Components on one viewer's screen in one version of a match context."""

    match_id: str
    viewer_id: str
    cohort_key: str
    session_id: str
    version: int
    columns: Mapping[str, str]
    components: Sequence[Component]
    shown_at: datetime
    recommendation_id: str | None = None

    def records(
        self, component: Component, reaction: InteractionType | None
    ) -> Iterator[RecordedInteraction]:
        """Yield the impression of one component and, a second later, the viewer's reaction to it."""
        yield self._record(component, InteractionType.IMPRESSION, self.shown_at)
        if reaction is not None:
            yield self._record(component, reaction, self.shown_at + timedelta(seconds=1))

    def _record(self, component: Component, kind: InteractionType, at: datetime) -> RecordedInteraction:
        return RecordedInteraction(
            interaction=Interaction(
                type=kind,
                component_id=component.id,
                slot=component.slot,
                version=self.version,
                occurred_at=at,
                recommendation_id=self.recommendation_id,
                impression=tuple(each.id for each in self.components),
            ),
            received_at=at,
            match_id=self.match_id,
            viewer_id=self.viewer_id,
            cohort_key=self.cohort_key,
            session_id=self.session_id,
            columns=dict(self.columns),
        )
