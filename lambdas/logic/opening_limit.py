"""How often one viewer may join channels, as far as one environment of a function sees."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=5)


@dataclass(slots=True, kw_only=True)
class OpeningLimit:
    """Counts passes or connections in memory, in windows of five minutes.

    AppSync does not say when a connection ends, so this bounds how many are opened, not how many are open.
    Each environment counts for itself: a count that all share would be a write for every viewer who comes in.
    """

    most: int
    _ends_at: datetime | None = None
    _openings: Counter[Hashable] = field(default_factory=Counter)

    def admits(self, viewer: Hashable, now: datetime) -> bool:
        """Count an opening, under anything that is the viewer's alone; false if it is one too many."""
        if self._ends_at is None or now >= self._ends_at:
            self._ends_at = now + WINDOW
            self._openings.clear()
        self._openings[viewer] += 1
        return self._openings[viewer] <= self.most
