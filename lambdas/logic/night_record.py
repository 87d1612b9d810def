"""Keeps what happens in a match for its operators, off the viewers' path."""

from dataclasses import dataclass

from domain.moment import Moment
from domain.signal import Signal
from domain.validation import format_instant
from lambdas.logic.control_ports import NightWriter
from lambdas.logic.night import crowd_entry, moment_entry
from lambdas.logic.ports import MatchStore


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRecord:
    """Keeps each thing once, under a key in the order of play or of time."""

    matches: MatchStore
    night: NightWriter

    def found(self, moment: Moment) -> None:
        """Keep a moment."""
        key = f"{moment.period}#{moment.clock_seconds:09.3f}#{moment.id}"
        match = self.matches.match(moment.match_id)
        self.night.add(moment.match_id, key, moment_entry(moment, match))

    def heard(self, signal: Signal) -> None:
        """Keep an interval of the crowd; signals of other kinds are none of the night's."""
        if signal.posts is not None:
            key = f"{format_instant(signal.occurred_at)}#{signal.source}"
            self.night.add(signal.match_id, key, crowd_entry(signal))
