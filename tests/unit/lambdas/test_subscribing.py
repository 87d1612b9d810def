"""Which cohort a viewer is of: the match has its teams, and the viewer's own word adds none."""

from dataclasses import replace
from datetime import timedelta

from domain.cohort import UNKNOWN
from domain.component import Slot
from lambdas.logic.authorization import viewer_from_authorizer
from lambdas.logic.interaction_intake import InteractionIntake
from lambdas.logic.subscribe import SubscribeService
from tests import fakes
from tests.support.dispatch_rig import DispatchRig

MATCH_ID = "turkey-italy"


def subscribe(rig: DispatchRig, number: int, team: str) -> None:
    subscribing = SubscribeService(
        connections=rig.connections,
        matches=rig.matches,
        placement_finder=rig.placement_finder,
        telemetry=rig.telemetry,
        clock=rig.clock,
    )
    viewer = fakes.a_viewer(number, team=team)
    subscribing.subscribe(f"c{number}", viewer, {"action": "subscribe", "matchId": MATCH_ID}, None)


def teams_of(rig: DispatchRig) -> list[str]:
    page, _ = rig.connections.subscriber_page(MATCH_ID, 0, None, 100, rig.clock())
    return [entry.viewer.cohort.favourite_team for entry in page]


def test_a_team_that_does_not_play_makes_no_cohort(rig: DispatchRig):
    # GIVEN viewers for the two teams of the match, and others who support what they like
    for number, team in enumerate(["Turkey", "Italy", "none", *(f"My team {each}" for each in range(40))]):
        subscribe(rig, number, team)
    # THEN there is one cohort for each team, and one for all others
    assert set(teams_of(rig)) == {"Turkey", "Italy", UNKNOWN}
    # AND the campaign was asked no more often than that
    assert len(rig.recommender.asked) == 3


def test_what_a_viewer_does_is_learned_by_the_cohort_that_was_asked_for(rig: DispatchRig):
    # GIVEN a viewer for a team that does not play
    subscribe(rig, 1, "My team")
    stream = fakes.InMemoryInteractionStream()
    interacting = InteractionIntake(
        connections=rig.connections,
        ledger=rig.ledger,
        interactions=stream,
        components=fakes.EveryComponent(),
        telemetry=rig.telemetry,
        clock=rig.clock,
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
    assert viewer_from_authorizer(told).cohort.key == "Italy|unknown|unknown|unknown"
