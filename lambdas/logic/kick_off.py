"""Kick-off automation: from when until when a match needs capacity."""

from dataclasses import dataclass
from datetime import timedelta

from domain.capacity_window import CapacityWindow
from domain.match import Match
from lambdas.logic.ports.capacity import CapacityWindows
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.matches import MatchReader

WARM_UP = timedelta(minutes=30)
"""Capacity takes five to ten minutes, and as long again if the campaign is changing already:
https://docs.aws.amazon.com/personalize/latest/dg/campaigns.html"""
STAND_DOWN = timedelta(hours=4)
"""Time after kick-off for two halves, a break, extra time, a shoot-out and the interviews."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KickOffPlanner:
    """Notes the window of each announced match."""

    matches: MatchReader
    windows: CapacityWindows
    clock: Clock

    def plan(self, announced: Match) -> bool:
        """Note the window of a match that was announced or moved; False if the match is over.

        The kick-off is the one in the table: messages of concurrent announcements may be in another order.
        A match that is over gets an empty window, in place of one that it may have had before it was moved.
        """
        match = self.matches.match_state(announced.id)[0] or announced
        now = self.clock()
        begins_at, ends_at = match.kick_off - WARM_UP, match.kick_off + STAND_DOWN
        is_over = ends_at <= now
        if is_over:
            begins_at = ends_at = now
        self.windows.put_window(
            CapacityWindow(name=f"MATCH#{match.id}", begins_at=begins_at, ends_at=ends_at)
        )
        return not is_over
