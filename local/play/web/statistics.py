"""The statistics of a match as the app reads them: totals of a feed's entries, and since when."""

from datetime import datetime
from typing import Any

from domain.detection.entry_log import EntryLog
from domain.detection.entry_moments import is_shoot_out_kick
from domain.match import Side
from domain.match_event import CORRECTIONS, Card, MatchEvent, MatchEventType, ShotOutcome
from domain.signal import Signal
from domain.validation import format_instant

_COUNTED = frozenset(
    {
        MatchEventType.GOAL,
        MatchEventType.SHOT,
        MatchEventType.PENALTY_MISSED,
        MatchEventType.CORNER,
        MatchEventType.CARD,
    }
)
_NAMES = ("shots", "shotsOnTarget", "corners", "yellowCards", "redCards")
Totals = dict[str, list[int]]
"""The numbers of the home and of the away team, by the names that the app knows."""


class StatisticsLog:
    """Counts the entries of a feed by their last word: what is withdrawn does not count."""

    def __init__(self, match_id: str) -> None:
        self._entries = EntryLog(match_id)
        self._updates: list[tuple[datetime, Totals]] = []

    def observe(self, signal: Signal, entry: MatchEvent) -> None:
        """Count an entry; entries that count for nothing are ignored."""
        if entry.type not in _COUNTED and entry.type not in CORRECTIONS:
            return
        self._entries.add(signal, entry)
        totals = self._totals()
        if not self._updates or totals != self._updates[-1][1]:
            # An amendment may carry the time of what it amends, but is known only now.
            known_at = max([signal.occurred_at, *(at for at, _ in self._updates[-1:])])
            self._updates.append((known_at, totals))

    def document(self) -> dict[str, Any]:
        """Return the JSON of the statistics until now, oldest first: `{"updates": [{"at", ...totals}]}`."""
        return {"updates": [{"at": format_instant(at), **totals} for at, totals in list(self._updates)]}

    def _totals(self) -> Totals:
        totals: Totals = {name: [0, 0] for name in _NAMES}
        for entry in self._entries.standing():
            match_event = entry.match_event
            for name in _counts_as(match_event):
                totals[name][match_event.side is Side.AWAY] += 1
        return totals


def _counts_as(entry: MatchEvent) -> list[str]:
    """Return the statistics that an entry adds one to, for its side."""
    if is_shoot_out_kick(entry):
        return []
    match entry.type:
        case MatchEventType.GOAL:
            return [] if entry.own_goal else ["shots", "shotsOnTarget"]
        case MatchEventType.SHOT:
            return ["shots", "shotsOnTarget"] if entry.outcome is ShotOutcome.SAVED else ["shots"]
        case MatchEventType.PENALTY_MISSED:
            return ["shots"]
        case MatchEventType.CORNER:
            return ["corners"]
        case MatchEventType.CARD:
            yellow = ["yellowCards"] if entry.card is not Card.RED else []
            return yellow if entry.card is Card.YELLOW else [*yellow, "redCards"]
    return []
