"""Dispatch places only what fits: the right person, the viewer's side, and nothing that was taken back."""

from dataclasses import replace
from typing import Any

import pytest

from domain.component import Component, Slot
from domain.constraint import read_published
from domain.context import merge
from domain.fit import Fit
from domain.match import Player, Side
from domain.moment import MomentType
from domain.recommendation import Refusal
from domain.subscription import Subscription
from tests.support import builders
from tests.support.dispatch_rig import DispatchRig

FANS = {1: "Turkey", 2: "Italy", 3: "unknown"}


def publish(rig: DispatchRig, *components: Component) -> None:
    rig.catalogue.known = {component.id: component for component in components}
    rig.recommender.ranking = tuple(component.id for component in components)


def fitting(component_id: str, slot: Slot = Slot.OVERLAY, **conditions: Any) -> Component:
    return builders.a_component(component_id, slot, only_when=Fit.from_dict(conditions))


@pytest.fixture
def fans(rig: DispatchRig) -> DispatchRig:
    match = rig.matches.matches["turkey-italy"]
    line_ups = (Player(id="3", name="Ciro Immobile", side=Side.AWAY),)
    rig.matches.matches[match.id] = replace(match, line_ups=line_ups)
    for number, team in FANS.items():
        rig.connections.subscribe(
            Subscription(
                match_id=match.id,
                connection_id=f"c{number:05d}",
                viewer=builders.a_viewer(number, team=team),
                expires_at=rig.clock().replace(year=2030),
                last_version=-1,
            )
        )
    return rig


def goal(number: int = 1, **changes: Any) -> Any:
    return builders.a_moment(number, side=Side.AWAY, player="Ciro Immobile", **changes)


def shown(rig: DispatchRig, number: int, part: str = "placements") -> list[str]:
    return [placement["componentId"] for placement in rig.inbox(number)[-1][part]]


def test_the_placement_names_the_person(fans: DispatchRig) -> None:
    publish(fans, fitting("card", subject="scorer"))
    fans.dispatch(fans.context(goal()))
    (placement,) = fans.inbox(1)[0]["placements"]
    assert placement["title"] == "Ciro Immobile, 2'"
    assert placement["properties"] == {
        "subject": {"player": "Ciro Immobile", "team": "Italy", "side": "away", "minute": "2"}
    }


def test_a_substitutes_card_is_not_shown_for_a_scorer(fans: DispatchRig) -> None:
    publish(fans, fitting("substitute", subject="substitute"), builders.a_component("poll"))
    fans.dispatch(fans.context(goal()))
    (placement,) = fans.inbox(1)[0]["placements"]
    assert (placement["componentId"], placement["constraints"]) == ("poll", ["does-not-fit"])


def test_each_side_gets_what_fits_it(fans: DispatchRig) -> None:
    publish(
        fans,
        fitting("home-shirt", side="home"),
        fitting("away-shirt", side="away"),
        fitting("celebration", Slot.SIDE_PANEL, side="scoring"),
        fitting("consolation", Slot.SIDE_PANEL, side="conceding"),
    )
    fans.dispatch(fans.context(goal()))
    assert {team: shown(fans, number) for number, team in FANS.items()} == {
        "Turkey": ["home-shirt", "consolation"],
        "Italy": ["away-shirt", "celebration"],
        "unknown": [],
    }
    assert len(fans.asked_about_moments()) == len(FANS)


def test_a_goal_that_was_taken_back_leaves_the_screen(fans: DispatchRig) -> None:
    # GIVEN a goal with its scorer's card on the screen
    publish(fans, fitting("card", subject="scorer"), fitting("celebration", Slot.SIDE_PANEL, side="scoring"))
    scored = goal()
    context = fans.context(scored)
    fans.dispatch(context)
    assert shown(fans, 2) == ["card", "celebration"]
    # WHEN the goal is retracted
    details = {"revises": scored.id, "retracted": True}
    retracted = merge(context, builders.a_match(), [replace(scored, id=f"{scored.id}~1", details=details)])
    assert retracted is not None
    fans.dispatch(retracted)
    # THEN nothing on any screen is about it
    for number in FANS:
        message = fans.inbox(number)[-1]
        assert message["moment"] is None
        assert [message[part] for part in ("placements", "alternatives", "afterwards")] == [[], [], []]


def test_a_corrected_scorer_replaces_the_person(fans: DispatchRig) -> None:
    publish(fans, fitting("card", subject="scorer"))
    match = replace(
        fans.matches.matches["turkey-italy"],
        line_ups=tuple(
            Player(id=name, name=name, side=Side.AWAY) for name in ("Ciro Immobile", "Lorenzo Insigne")
        ),
    )
    fans.matches.matches[match.id] = match
    scored = goal()
    context = fans.context(scored)
    fans.dispatch(context)
    revised = replace(scored, id=f"{scored.id}~1", player="Lorenzo Insigne", details={"revises": scored.id})
    corrected = merge(context, match, [revised])
    assert corrected is not None
    fans.dispatch(corrected)
    titles = [message["placements"][0]["title"] for message in fans.inbox(1)]
    assert titles == ["Ciro Immobile, 2'", "Lorenzo Insigne, 2'"]


def test_what_follows_a_moment_fits_calm_play(fans: DispatchRig) -> None:
    publish(
        fans,
        fitting("celebration", Slot.SIDE_PANEL, side="scoring"),
        fitting("shirt", Slot.SIDE_PANEL, side="away"),
        fitting("break", Slot.TICKER, phases=["half_time"]),
    )
    fans.catalogue.popular = {"ALL": ("celebration", "break", "shirt")}
    fans.dispatch(fans.context(goal()))
    assert [shown(fans, number, "afterwards") for number in FANS] == [[], ["shirt"], []]


def test_a_constraint_with_a_fit_refuses_whole_categories(fans: DispatchRig) -> None:
    publish(fans, builders.a_component("pizza", categories=frozenset({"food"})), builders.a_component("poll"))
    fans.catalogue.rules = [
        read_published(
            {
                "id": "food-in-breaks",
                "kind": "only_when",
                "selector": {"categories": ["food"]},
                "only_when": {"phases": ["half_time"]},
            }
        )
    ]
    fans.dispatch(fans.context(goal()))
    assert shown(fans, 1) == ["poll"]
    assert fans.inbox(1)[0]["placements"][0]["constraints"] == ["food-in-breaks"]
    fans.dispatch(fans.context(goal(), builders.a_moment(46, kind=MomentType.HALF_TIME)))
    assert shown(fans, 1) == ["pizza"]


def test_keep_clears_the_slots_whose_components_may_not_fit_any_more(fans: DispatchRig) -> None:
    # GIVEN a campaign that is down, and neither popular nor editorial components
    publish(
        fans,
        fitting("extra-time", Slot.LOWER_THIRD, phases=["extra_time"]),
        fitting("card", Slot.OVERLAY, subject="scorer"),
        fitting("poll", Slot.SIDE_PANEL, phases=["first_half"]),
        builders.a_component("feed", Slot.TICKER),
    )
    fans.recommender.refusal = Refusal.MISSING
    # WHEN a goal is dispatched
    fans.dispatch(fans.context(goal()))
    # THEN the app keeps only what makes sense; a card could be about an earlier scorer
    message = fans.inbox(1)[0]
    assert (message["rung"], message["placements"]) == ("keep", [])
    assert message["cleared"] == ["overlay", "lower_third"]


def test_without_keep_no_slot_is_cleared_by_name(fans: DispatchRig) -> None:
    publish(fans, fitting("extra-time", Slot.LOWER_THIRD, phases=["extra_time"]))
    fans.dispatch(fans.context(goal()))
    assert "cleared" not in fans.inbox(1)[0]
