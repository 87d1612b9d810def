"""Audiences of a match that are told on channels, and viewers who are asked for by name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.audience import Audience, CountedAudience
from domain.cohort import ViewerTraits


class AudienceStore(Protocol):
    """The audiences of each match, and its named viewers. Rows outlive the match by some hours."""

    def add(self, match_id: str, audience: Audience, now: datetime) -> bool:
        """Store an audience; True until `mark_sent` says that its first task is in the queue.

        True again after a day: documents do not live for ever, and nothing else may be new about the match.
        Later versions are dispatched to it from now on. Read the newest version after this, consistently, and
        send a task for it: the planner of a version that is written meanwhile finds the audience.
        """

    def mark_sent(self, match_id: str, audience: Audience, now: datetime) -> None:
        """Record that the first task of an audience is in the queue, or that of another day."""

    def count_viewers(self, match_id: str, audience: Audience, viewers: int) -> None:
        """Add to the number of an audience's viewers."""

    def audiences(self, match_id: str, now: datetime) -> Sequence[CountedAudience]:
        """Return the audiences of a match, consistently, in order of their addresses."""

    def viewer_count(self, match_id: str, now: datetime) -> int:
        """Return about how many viewers a match has. May be half a minute old."""

    def add_named(
        self, match_id: str, viewer: ViewerTraits, now: datetime, *, limit: int, has_changed: bool = False
    ) -> bool:
        """Have a viewer asked for by name in a match; False if they are already, or if that many are.

        The traits replace those with which the viewer is named already. In a match that is full nobody looks
        for such a row unless the viewer `has_changed`.
        """

    def named(self, match_id: str, now: datetime) -> Sequence[ViewerTraits]:
        """Return the viewers of a match who are asked for by name, with all of their consents."""
