"""Records moments and the crowd's posts in the match log; viewers do not wait for it."""

from dataclasses import dataclass

from domain.moment import Moment
from domain.signal import Signal
from domain.validation import format_instant
from lambdas.logic.match_log_entries import crowd_entry, moment_entry
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.operators import MatchLogWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLogRecorder:
    """Records each moment and interval once, under a key in order of play or of time."""

    matches: MatchStore
    match_log: MatchLogWriter

    def record_moment(self, moment: Moment) -> None:
        """Record a moment."""
        key = f"{moment.period}#{moment.clock_seconds:09.3f}#{moment.id}"
        match = self.matches.match(moment.match_id)
        self.match_log.add_entry(moment.match_id, key, moment_entry(moment, match))

    def record_posts(self, signal: Signal) -> None:
        """Record an interval of posts; signals of other kinds are ignored."""
        if signal.posts is not None:
            key = f"{format_instant(signal.occurred_at)}#{signal.source}"
            self.match_log.add_entry(signal.match_id, key, crowd_entry(signal))
