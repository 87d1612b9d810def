"""How far a version's dispatch to an audience has come."""

from dataclasses import dataclass
from datetime import timedelta

TOLD_AGAIN_AFTER = timedelta(days=1)
"""After this time an audience is told its match's versions again: its document expires a day later.

Nothing else writes the document of a match that was announced days ago, or is over.
"""
PROGRESS_KEPT_FOR = TOLD_AGAIN_AFTER / 2
"""How long the progress of a dispatch counts, so that the same version can be written again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishProgress:
    """Whether the version is published on the audience's channel, and stored in its document."""

    is_published: bool = False
    is_stored: bool = False

    @property
    def is_done(self) -> bool:
        """True if nothing is left to do."""
        return self.is_published and self.is_stored
