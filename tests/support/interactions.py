"""Recorded interactions for tests."""

from datetime import timedelta

from domain.component import Slot
from domain.interaction import Interaction, InteractionType, RecordedInteraction
from tests.support import builders

COLUMNS = {"MATCH_EVENT": "goal", "SCORE_DIFFERENCE": "level"}


def recorded(number: int = 1, viewer: str = "viewer-1", session: str = "s1") -> RecordedInteraction:
    """Build a click on the placement of this version, in this second of the match."""
    return RecordedInteraction(
        interaction=Interaction(
            type=InteractionType.CLICK,
            component_id="poll",
            slot=Slot.OVERLAY,
            version=number,
            occurred_at=builders.KICK_OFF + timedelta(seconds=number),
            recommendation_id="rec",
            impression=("poll", "stats"),
        ),
        received_at=builders.KICK_OFF + timedelta(seconds=number + 1),
        match_id="turkey-italy",
        viewer_id=viewer,
        cohort_key="Italy|25-34|IT|premium",
        session_id=session,
        columns=COLUMNS,
    )
