"""Kick-off automation: when the campaign's capacity goes up for a match, and when it may come down."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from domain.errors import InvalidFieldError
from domain.match import Match
from lambdas.logic.ports import Clock

# Capacity takes five to ten minutes to come: https://docs.aws.amazon.com/personalize/latest/dg/campaigns.html
WARM_UP = timedelta(minutes=30)
# Two halves, a break, extra time, a shoot-out, and those who watch the interviews.
STAND_DOWN = timedelta(hours=4)
AT_ONCE = timedelta(minutes=2)
STAND_DOWN_NAME = "stand-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityChange:
    """From `at` on the campaign shall hold this many transactions per second."""

    name: str
    at: datetime
    transactions_per_second: int


class CapacitySchedule(Protocol):
    """Where changes of capacity wait for their time."""

    def put(self, change: CapacityChange) -> None:
        """Add a change, or move the one of that name."""

    def postpone(self, change: CapacityChange) -> None:
        """Add a change, or move the one of that name if it would come earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KickOffPlanner:
    """Plans each match's capacity; one stand-down serves all matches, and only ever moves later."""

    schedule: CapacitySchedule
    match_rate: int
    resting_rate: int
    clock: Clock

    def plan(self, match: Match) -> bool:
        """Plan a match that was announced or moved; False if it is long over."""
        now = self.clock()
        if match.kick_off + STAND_DOWN <= now:
            return False
        self.schedule.put(
            CapacityChange(
                name="warm-up-" + hashlib.sha256(match.id.encode()).hexdigest()[:32],
                at=max(match.kick_off - WARM_UP, now + AT_ONCE),
                transactions_per_second=self.match_rate,
            )
        )
        self.schedule.postpone(
            CapacityChange(
                name=STAND_DOWN_NAME,
                at=match.kick_off + STAND_DOWN,
                transactions_per_second=self.resting_rate,
            )
        )
        return True


def capacity_wanted(event: dict[str, Any]) -> int:
    """The provisioned transactions per second that a schedule asks for."""
    value = event.get("minimum_transactions_per_second")
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidFieldError("minimum_transactions_per_second", "a whole number of at least 1", value)
    return value
