"""Confirm a scoreboard's score: it counts when several frames agree on it, in whatever order they arrive."""

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.match import Score
from domain.validation import format_instant

MIN_AGREEING_FRAMES = 3
"""One frame may be misread, and two frames of a still picture are misread in the same way."""
WINDOW = timedelta(seconds=30)
MAX_READINGS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreShown:
    """The scoreboard showed this score; `first_shown_at` is the first of the frames that confirmed it."""

    score: Score
    first_shown_at: datetime


class ScoreConfirmation:
    """Confirms scores over the frames of one match; bounded, and independent of the order of arrival.

    A frame counts once, by its media time, so a repeated frame does not confirm itself.
    """

    def __init__(self) -> None:
        self._readings: list[tuple[datetime, int, int]] = []
        self._confirmed: dict[tuple[int, int], datetime] = {}

    def observe(self, media_time: datetime, score: Score) -> ScoreShown | None:
        """Add the score of one frame; return a score that this confirms, or moves to an earlier frame."""
        if any(at == media_time for at, _, _ in self._readings):
            return None
        insort(self._readings, (media_time, score.home, score.away))
        del self._readings[:-MAX_READINGS]
        shown = (score.home, score.away)
        first = self._first_of_run(shown, media_time)
        if first is None:
            return None
        known = self._confirmed.get(shown)
        if known is not None and known <= first:
            return None
        self._confirmed[shown] = first
        return ScoreShown(score=score, first_shown_at=first)

    def _first_of_run(self, shown: tuple[int, int], media_time: datetime) -> datetime | None:
        """Return the first of the nearby frames that agree, if there are enough and they are the majority."""
        near = [entry for entry in self._readings if abs(entry[0] - media_time) <= WINDOW]
        agreeing = [at for at, *score in near if tuple(score) == shown]
        if len(agreeing) < MIN_AGREEING_FRAMES:
            return None
        between = [entry for entry in near if agreeing[0] <= entry[0] <= agreeing[-1]]
        return agreeing[0] if 2 * len(agreeing) > len(between) else None

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe and bounded."""
        return {
            "readings": [[format_instant(at), home, away] for at, home, away in self._readings],
            "believed": [[home, away, format_instant(at)] for (home, away), at in self._confirmed.items()],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._readings = [(datetime.fromisoformat(at), home, away) for at, home, away in state["readings"]]
        self._confirmed = {(home, away): datetime.fromisoformat(at) for home, away, at in state["believed"]}
