"""Cohort recommendations that this execution environment remembers."""

from datetime import datetime, timedelta

from domain.cohort import Cohort
from domain.context import MatchContext
from domain.recommendation import Recommendation

KEPT_FOR = timedelta(minutes=5)
MAX_ENTRIES = 5_000


class RecommendationMemory:
    """Recommendations by match, context cell and cohort."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, str], tuple[Recommendation, datetime]] = {}

    def find(self, context: MatchContext, cohort: Cohort, now: datetime) -> Recommendation | None:
        """Return the recommendation of this cohort in this context; None if there is none."""
        entry = self._entries.get((context.match_id, context.cell, cohort.key))
        return entry[0] if entry is not None and now < entry[1] else None

    def store(
        self, context: MatchContext, cohort: Cohort, recommendation: Recommendation, now: datetime
    ) -> None:
        """Remember a recommendation for five minutes."""
        if len(self._entries) >= MAX_ENTRIES:
            self._entries.clear()
        self._entries[context.match_id, context.cell, cohort.key] = (recommendation, now + KEPT_FOR)

    def clear(self) -> None:
        """Forget all recommendations."""
        self._entries.clear()
