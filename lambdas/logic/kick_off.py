"""Kick-off automation: raises the capacity before a match and lowers it afterwards."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.capacity_change import CapacityChange
from domain.match import Match
from domain.validation import Reader
from lambdas.logic.ports.capacity import CampaignCapacity, CapacitySchedule, DispatchCapacity
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.matches import MatchStore

WARM_UP = timedelta(minutes=30)
"""Capacity takes five to ten minutes: https://docs.aws.amazon.com/personalize/latest/dg/campaigns.html"""
STAND_DOWN = timedelta(hours=4)
"""Time after kick-off for two halves, a break, extra time, a shoot-out and the interviews."""
AT_ONCE = timedelta(minutes=2)
STAND_DOWN_NAME = "stand-down"
WARM_UP_NAME = "warm-up-"


@dataclass(frozen=True, slots=True, kw_only=True)
class KickOffPlanner:
    """Schedules the capacity increase for each match."""

    matches: MatchStore
    schedule: CapacitySchedule
    match_rate: int
    match_environments: int | None
    clock: Clock

    def plan(self, announced: Match) -> bool:
        """Schedule capacity for a match that was announced or moved; False if the match is over.

        The kick-off is the one in the table: messages of concurrent announcements may be in another order.
        """
        match = self.matches.match_state(announced.id)[0] or announced
        now = self.clock()
        if match.kick_off + STAND_DOWN <= now:
            return False
        self.schedule.put_change(
            CapacityChange(
                name=WARM_UP_NAME + hashlib.sha256(match.id.encode()).hexdigest()[:32],
                at=max(match.kick_off - WARM_UP, now + AT_ONCE),
                transactions_per_second=self.match_rate,
                stand_down_at=match.kick_off + STAND_DOWN,
                dispatch_environments=self.match_environments,
            )
        )
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityKeeper:
    """Applies scheduled changes of capacity.

    The decrease is scheduled when a match's increase is applied, not when the match is announced: all
    current matches share one decrease, which only ever moves later.
    """

    campaign: CampaignCapacity
    dispatch: DispatchCapacity | None
    schedule: CapacitySchedule
    resting_rate: int
    clock: Clock

    def apply_change(self, event: dict[str, Any]) -> int:
        """Apply the change in the schedule's input; return the transactions per second.

        The decrease is scheduled first, so that a failure in between cannot leave the capacity up for good.
        A failure of the dispatch's capacity is raised after the campaign has its own.
        """
        reader = Reader(event)
        rate = reader.integer("minimum_transactions_per_second", minimum=1)
        stand_down_at = reader.optional(reader.instant, "stand_down_at")
        environments = reader.optional(reader.integer, "dispatch_environments", minimum=0)
        if stand_down_at is not None:
            self.schedule.postpone_change(
                CapacityChange(
                    name=STAND_DOWN_NAME,
                    at=max(stand_down_at, self.clock() + AT_ONCE),
                    transactions_per_second=self.resting_rate,
                    dispatch_environments=None if self.dispatch is None else 0,
                )
            )
        try:
            if self.dispatch is not None and environments is not None:
                self.dispatch.keep_ready(environments)
        finally:
            self.campaign.provision(rate)
        return rate
