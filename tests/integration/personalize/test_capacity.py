"""The campaign's rate in the twin's Personalize, which refuses changes while it is being changed."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from domain.capacity_window import Capacity
from lambdas.adapters.personalize import PersonalizeCampaign
from lambdas.logic.capacity_keeper import CapacityKeeper
from lambdas.logic.kick_off import STAND_DOWN, WARM_UP, KickOffPlanner
from tests.integration.personalize.trained import Trained
from tests.support import builders, fakes
from tests.support.personalize_twin import PersonalizeTwin

KICK_OFF = builders.KICK_OFF
MATCH_RATE, RESTING_RATE = 100, 2


@dataclass(kw_only=True)
class Night:
    """Runs of the capacity keeper at given times, and the campaign's rate after each."""

    twin: PersonalizeTwin
    campaign: str
    now: datetime
    windows: fakes.InMemoryCapacityWindows = field(default_factory=fakes.InMemoryCapacityWindows)

    def announce(self, match_id: str, after: timedelta) -> None:
        match = replace(builders.a_match(match_id), kick_off=KICK_OFF + after)
        planner = KickOffPlanner(
            matches=fakes.InMemoryMatchStore(), windows=self.windows, clock=lambda: self.now
        )
        planner.plan(match)

    def run(self, after: timedelta) -> bool:
        """Run once; return whether nothing was left to do."""
        self.now = KICK_OFF + after
        keeper = CapacityKeeper(
            windows=self.windows,
            campaign=PersonalizeCampaign(self.twin.clients.control, self.campaign),
            dispatch=None,
            resting=Capacity(transactions_per_second=RESTING_RATE),
            match=Capacity(transactions_per_second=MATCH_RATE),
            most_environments=0,
            clock=lambda: self.now,
        )
        return keeper.keep({}).is_reached

    def rate(self) -> int:
        rate: int = self._described()["minProvisionedTPS"]
        return rate

    def publish(self) -> None:
        """Update the campaign as a training does, without a rate."""
        version = self._described()["solutionVersionArn"]
        self.twin.clients.control.update_campaign(campaignArn=self.campaign, solutionVersionArn=version)

    def _described(self) -> dict[str, Any]:
        control = self.twin.clients.control
        campaign: dict[str, Any] = control.describe_campaign(campaignArn=self.campaign)["campaign"]
        return campaign


def test_two_kick_offs_in_a_row_a_publication_at_that_minute_and_a_refused_change(trained: Trained) -> None:
    # GIVEN two matches, the window of the second of which begins in the minute in which the first one's ends
    twin, background = trained.twin, trained.twin.background
    night = Night(twin=twin, campaign=trained.campaign, now=KICK_OFF - timedelta(days=1))
    between = STAND_DOWN + WARM_UP
    night.announce("early", timedelta(0))
    night.announce("late", between)
    # AND a publication that is under way half an hour before the first kick-off
    background.hold()
    night.publish()
    # WHEN the capacity is compared THEN nothing is changed and nothing fails; it is changed a minute later
    assert not night.run(-WARM_UP)
    background.finish()
    background.hold()
    assert not night.run(timedelta(minutes=1) - WARM_UP)
    assert not night.run(timedelta(minutes=2) - WARM_UP)
    background.finish()
    assert night.run(timedelta(0))
    assert night.rate() == MATCH_RATE
    # WHEN a version is published in the minute between the two windows
    background.hold()
    night.publish()
    assert night.run(between - WARM_UP)
    background.finish()
    # THEN the campaign has the match's rate at the second kick-off too
    assert night.run(between)
    assert night.rate() == MATCH_RATE
    # AND rests afterwards, although the first attempt is refused
    background.hold()
    night.publish()
    assert not night.run(between + STAND_DOWN)
    background.finish()
    assert not night.run(between + STAND_DOWN + timedelta(minutes=1))
    twin.clients.until_settled(lambda: {"status": "ACTIVE" if night.rate() == RESTING_RATE else "CREATE"})
    assert night.run(between + STAND_DOWN + timedelta(minutes=2))
