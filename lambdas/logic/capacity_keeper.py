"""Keeps the capacity that the current matches need: compares it with what there is, until both agree."""

from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from typing import Any

from domain.capacity_window import MAX_TRANSACTIONS_PER_SECOND, Capacity, CapacityWindow
from domain.errors import InvalidFieldError
from domain.validation import Reader, format_instant
from lambdas.logic.ports.capacity import CampaignCapacity, CapacityWindows, DispatchCapacity
from lambdas.logic.ports.clock import Clock

LONGEST_WISH = timedelta(days=7)
"""A rate bills until its end, so an end in a wrong year is refused."""
WISH = ("minimum_transactions_per_second", "stand_down_at", "dispatch_environments")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityReport:
    """What is wanted, and what a run found; None is a part that the stage does not have."""

    wanted: Capacity
    campaign: int | None
    environments: int | None
    is_reached: bool
    """True if nothing is left to do: the next run finds out whether a change took effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityKeeper:
    """Compares and corrects; it remembers nothing, so a run that is lost or repeated does no harm.

    A campaign refuses a change while it is changing: by a publication, a deployment or an earlier run. The
    next run, a minute later, tries again.
    """

    windows: CapacityWindows
    campaign: CampaignCapacity
    dispatch: DispatchCapacity | None
    resting: Capacity
    match: Capacity
    most_environments: int
    """The most environments that the dispatch can use at once."""
    clock: Clock

    def keep(self, event: dict[str, Any]) -> CapacityReport:
        """Note the window in the event, if there is one, and correct the capacity once.

        A failure of the dispatch's capacity is raised after the campaign has its own.
        """
        if event:
            self.windows.put_window(self._window_of(event))
        wanted = self._wanted()
        try:
            environments, dispatch_reached = self._keep_dispatch(wanted.dispatch_environments)
        finally:
            campaign, campaign_reached = self._keep_campaign(wanted.transactions_per_second)
        return CapacityReport(
            wanted=wanted,
            campaign=campaign,
            environments=environments,
            is_reached=campaign_reached and dispatch_reached,
        )

    def _window_of(self, event: dict[str, Any]) -> CapacityWindow:
        """Return the window that an operator asks for: from now until `stand_down_at`.

        What a service would refuse is refused here: it would be tried every minute, in place of what matches
        need. Raises InvalidFieldError.
        """
        reader, now = Reader(event), self.clock()
        reader.refuse_others(WISH)
        rate = reader.integer(
            "minimum_transactions_per_second", minimum=1, maximum=MAX_TRANSACTIONS_PER_SECOND
        )
        ends_at = reader.instant("stand_down_at")
        if not now < ends_at <= now + LONGEST_WISH:
            expected = f"an instant after {format_instant(now)}, and within {LONGEST_WISH.days} days"
            raise InvalidFieldError("stand_down_at", expected, event["stand_down_at"])
        environments = reader.optional(
            reader.integer, "dispatch_environments", minimum=0, maximum=self.most_environments
        )
        return CapacityWindow(
            name=f"HAND#{format_instant(ends_at)}#{rate}",
            begins_at=now,
            ends_at=ends_at,
            capacity=Capacity(transactions_per_second=rate, dispatch_environments=environments or 0),
        )

    def _wanted(self) -> Capacity:
        current = self.windows.windows_at(self.clock())
        return reduce(Capacity.at_least, (window.capacity or self.match for window in current), self.resting)

    def _keep_dispatch(self, wanted: int) -> tuple[int | None, bool]:
        if self.dispatch is None:
            return None, True
        ready = self.dispatch.ready()
        if ready.amount != wanted:
            self.dispatch.keep_ready(wanted)
        return ready.amount, ready.amount == wanted and not ready.is_changing

    def _keep_campaign(self, wanted: int) -> tuple[int | None, bool]:
        found = self.campaign.provisioned()
        if found is None:
            return None, True
        if found.amount != wanted and not found.is_changing:
            self.campaign.provision(wanted)
        return found.amount, found.amount == wanted
