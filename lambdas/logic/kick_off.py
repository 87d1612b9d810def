"""Kick-off automation: when the campaign's capacity goes up for a match, and when it may come down."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from domain.match import Match
from domain.validation import Reader
from lambdas.logic.ports import Clock

# Capacity takes five to ten minutes to come: https://docs.aws.amazon.com/personalize/latest/dg/campaigns.html
WARM_UP = timedelta(minutes=30)
# Two halves, a break, extra time, a shoot-out, and those who watch the interviews.
STAND_DOWN = timedelta(hours=4)
AT_ONCE = timedelta(minutes=2)
STAND_DOWN_NAME = "stand-down"
WARM_UP_NAME = "warm-up-"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityChange:
    """From `at` on the campaign holds this many transactions a second, until `stand_down_at` if given."""

    name: str
    at: datetime
    transactions_per_second: int
    stand_down_at: datetime | None = None


class CapacitySchedule(Protocol):
    """Where changes of capacity wait for their time."""

    def put_change(self, change: CapacityChange) -> None:
        """Add a change, or move the one of that name."""

    def postpone_change(self, change: CapacityChange) -> None:
        """Add a change, or move the one of that name if it would come earlier."""


class CampaignCapacity(Protocol):
    """What the campaign is provisioned for."""

    def provision(self, minimum_transactions_per_second: int) -> None:
        """Set the minimum provisioned transactions per second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KickOffPlanner:
    """Plans each match's capacity."""

    schedule: CapacitySchedule
    match_rate: int
    clock: Clock

    def plan(self, match: Match) -> bool:
        """Plan a match that was announced or moved; False if it is long over."""
        now = self.clock()
        if match.kick_off + STAND_DOWN <= now:
            return False
        self.schedule.put_change(
            CapacityChange(
                name=WARM_UP_NAME + hashlib.sha256(match.id.encode()).hexdigest()[:32],
                at=max(match.kick_off - WARM_UP, now + AT_ONCE),
                transactions_per_second=self.match_rate,
                stand_down_at=match.kick_off + STAND_DOWN,
            )
        )
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityKeeper:
    """Makes the changes that are due.

    The stand-down is planned when a match warms the campaign, not when it is announced: of a season that is
    announced at once, the matches that are on share one, which only ever moves later.
    """

    campaign: CampaignCapacity
    schedule: CapacitySchedule
    resting_rate: int
    clock: Clock

    def change(self, event: dict[str, Any]) -> int:
        """Make the change that a schedule asks for; the transactions per second.

        The way down is planned before the way up, for what fails between them must not bill for ever.
        """
        reader = Reader(event)
        wanted = reader.integer("minimum_transactions_per_second", minimum=1)
        if reader.has("stand_down_at"):
            at = max(reader.instant("stand_down_at"), self.clock() + AT_ONCE)
            self.schedule.postpone_change(
                CapacityChange(name=STAND_DOWN_NAME, at=at, transactions_per_second=self.resting_rate)
            )
        self.campaign.provision(wanted)
        return wanted
