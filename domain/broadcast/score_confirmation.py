"""Believing a scoreboard: a score counts when several frames, whichever order they come in, agree on it."""

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.match import Score
from domain.validation import format_instant

FRAMES_TO_BELIEVE = 3
"""One frame may be misread, and two of a still picture are misread alike."""
WITHIN = timedelta(seconds=30)
REMEMBERED = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreShown:
    """The scoreboard showed this score, in this frame for the first time in the stretch that confirmed it."""

    score: Score
    first_shown_at: datetime


class ScoreConfirmation:
    """Votes over the frames of one match: bounded, and the same whichever order the frames come in.

    A frame counts once, by its media time: the same frame twice does not confirm itself.
    """

    def __init__(self) -> None:
        self._readings: list[tuple[datetime, int, int]] = []
        self._believed: dict[tuple[int, int], datetime] = {}

    def observe(self, media_time: datetime, score: Score) -> ScoreShown | None:
        """Take in what one frame seems to show; a score believed now, or from an earlier frame on."""
        if any(at == media_time for at, _, _ in self._readings):
            return None
        insort(self._readings, (media_time, score.home, score.away))
        del self._readings[:-REMEMBERED]
        shown = (score.home, score.away)
        first = self._first_of_run(shown, media_time)
        if first is None:
            return None
        known = self._believed.get(shown)
        if known is not None and known <= first:
            return None
        self._believed[shown] = first
        return ScoreShown(score=score, first_shown_at=first)

    def _first_of_run(self, shown: tuple[int, int], media_time: datetime) -> datetime | None:
        """The first of enough frames near this one that say the same, and outvote those between them."""
        near = [entry for entry in self._readings if abs(entry[0] - media_time) <= WITHIN]
        agreeing = [at for at, *score in near if tuple(score) == shown]
        if len(agreeing) < FRAMES_TO_BELIEVE:
            return None
        between = [entry for entry in near if agreeing[0] <= entry[0] <= agreeing[-1]]
        return agreeing[0] if 2 * len(agreeing) > len(between) else None

    def state(self) -> dict[str, Any]:
        """JSON-safe and bounded."""
        return {
            "readings": [[format_instant(at), home, away] for at, home, away in self._readings],
            "believed": [[home, away, format_instant(at)] for (home, away), at in self._believed.items()],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._readings = [(datetime.fromisoformat(at), home, away) for at, home, away in state["readings"]]
        self._believed = {(home, away): datetime.fromisoformat(at) for home, away, at in state["believed"]}
