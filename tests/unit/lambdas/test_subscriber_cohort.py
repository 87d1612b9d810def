"""A subscriber's cohort: favourite teams of other matches are ignored."""

from dataclasses import replace
from datetime import timedelta

from domain.cohort import UNKNOWN
from domain.component import Slot
from lambdas.logic.authorization import viewer_from_authorizer
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig

MATCH_ID = "turkey-italy"


def subscribe(rig: DispatchRig, number: int, team: str) -> None:
    subscribing = rig.subscribe_service()
    viewer = builders.a_viewer(number, team=team)
    subscribing.subscribe(f"c{number}", viewer, {"action": "subscribe", "matchId": MATCH_ID}, None)


def teams_of(rig: DispatchRig) -> list[str]:
    page, _ = rig.connections.subscriber_page(MATCH_ID, 0, None, 100, rig.clock())
    return [entry.viewer.cohort.favourite_team for entry in page]


def test_a_team_of_another_match_does_not_create_a_cohort(rig: DispatchRig) -> None:
    # GIVEN supporters of the match's two teams, and of many others
    for number, team in enumerate(["Turkey", "Italy", "none", *(f"My team {each}" for each in range(40))]):
        subscribe(rig, number, team)
    # THEN there is one cohort per team, and one for all others
    assert set(teams_of(rig)) == {"Turkey", "Italy", UNKNOWN}
    # AND the campaign was called once per cohort
    assert len(rig.recommender.asked) == 3


def test_an_interaction_counts_for_the_cohort_that_was_recommended_to(rig: DispatchRig) -> None:
    # GIVEN a supporter of a team that does not play
    subscribe(rig, 1, "My team")
    stream = fakes.InMemoryInteractionStream()
    interacting = rig.interaction_intake(stream)
    # WHEN they see a component
    viewer = builders.a_viewer(1, team="My team")
    cohort = replace(viewer.cohort, favourite_team=UNKNOWN)
    act = {
        "type": "impression",
        "componentId": "poll",
        "slot": Slot.OVERLAY.value,
        "version": 0,
        "signature": fakes.a_signature(replace(viewer, cohort=cohort)),
        "occurredAt": (builders.KICK_OFF + timedelta(minutes=1)).isoformat(),
    }
    interacting.interact("c1", viewer, {"matchId": MATCH_ID, "interactions": [act]}, None)
    # THEN it counts for the cohort without a favourite team
    (recorded,) = stream.interactions
    assert recorded.cohort_key == cohort.key
    assert recorded.viewer_id == viewer.viewer_id


def test_token_traits_are_limited_to_their_vocabularies() -> None:
    traits = {
        "viewerId": "v",
        "favouriteTeam": "Italy",
        "ageBand": "x" * 90,
        "country": "Atlantis",
        "tier": "vip-7",
    }
    assert viewer_from_authorizer(traits).cohort.key == "Italy|unknown|unknown|unknown"
