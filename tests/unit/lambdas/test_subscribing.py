"""Which cohort a viewer is of: the match has its teams, and the viewer's own word adds none."""

from dataclasses import replace
from datetime import timedelta

from domain.cohort import UNKNOWN
from domain.component import Slot
from lambdas.logic.authorization import viewer_of
from lambdas.logic.interaction_intake import InteractionIntake
from lambdas.logic.subscriptions import SubscribeService
from tests import fakes
from tests.unit.lambdas.conftest import House

MATCH_ID = "turkey-italy"


def subscribe(house: House, number: int, team: str) -> None:
    subscribing = SubscribeService(
        connections=house.connections,
        matches=house.matches,
        placing=house.placing,
        telemetry=house.telemetry,
        clock=house.clock,
    )
    viewer = fakes.a_viewer(number, team=team)
    subscribing.subscribe(f"c{number}", viewer, {"action": "subscribe", "matchId": MATCH_ID}, None)


def teams_of(house: House) -> list[str]:
    page, _ = house.connections.subscriber_page(MATCH_ID, 0, None, 100, house.clock())
    return [entry.viewer.cohort.favourite_team for entry in page]


def test_a_team_that_does_not_play_makes_no_cohort(house: House):
    # GIVEN viewers for the two teams of the match, and others who support what they like
    for number, team in enumerate(["Turkey", "Italy", "none", *(f"My team {each}" for each in range(40))]):
        subscribe(house, number, team)
    # THEN there is one cohort for each team, and one for all others
    assert set(teams_of(house)) == {"Turkey", "Italy", UNKNOWN}
    # AND the campaign was asked no more often than that
    assert len(house.recommender.asked) == 3


def test_what_a_viewer_does_is_learned_by_the_cohort_that_was_asked_for(house: House):
    # GIVEN a viewer for a team that does not play
    subscribe(house, 1, "My team")
    stream = fakes.InMemoryInteractionStream()
    interacting = InteractionIntake(
        connections=house.connections,
        ledger=house.ledger,
        interactions=stream,
        components=fakes.EveryComponent(),
        telemetry=house.telemetry,
        clock=house.clock,
    )
    # WHEN they click
    act = {
        "type": "click",
        "componentId": "poll",
        "slot": Slot.OVERLAY.value,
        "version": 0,
        "occurredAt": (fakes.KICK_OFF + timedelta(minutes=1)).isoformat(),
    }
    viewer = fakes.a_viewer(1, team="My team")
    interacting.interact("c1", viewer, {"matchId": MATCH_ID, "interactions": [act]}, None)
    # THEN it counts for the cohort of those for neither team
    (recorded,) = stream.interactions
    assert recorded.cohort_key == replace(viewer.cohort, favourite_team=UNKNOWN).key
    assert recorded.viewer_id == viewer.viewer_id


def test_what_an_issuer_tells_is_read_by_the_vocabularies():
    told = {
        "viewerId": "v",
        "favouriteTeam": "Italy",
        "ageBand": "x" * 90,
        "country": "Atlantis",
        "tier": "vip-7",
    }
    assert viewer_of(told).cohort.key == "Italy|unknown|unknown|unknown"
