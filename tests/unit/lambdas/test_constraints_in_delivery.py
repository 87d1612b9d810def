"""Business constraints on the way to the screen: viewers are grouped by what they may see."""

from typing import Any

import pytest

from domain.choice import Exposure
from domain.component import Slot
from domain.constraint import Constraint
from domain.context import initial_context
from domain.moment import MomentType
from domain.subscription import Subscription
from tests import fakes
from tests.unit.lambdas.conftest import House

BETTING = {"categories": ["betting"]}


def follow(house: House, number: int, **changes: Any) -> None:
    exposures = changes.pop("exposures", {})
    last_version = changes.pop("last_version", 0)
    house.connections.subscribe(
        Subscription(
            match_id="turkey-italy",
            connection_id=f"c{number:05d}",
            viewer=fakes.a_viewer(number, **changes),
            expires_at=house.clock().replace(year=2030),
            exposures=exposures,
            last_version=last_version,
        )
    )


def rule(**fields: Any) -> Constraint:
    return Constraint.from_dict({"id": "rule", "selector": BETTING, **fields})


def shown(house: House, number: int) -> list[str]:
    (message,) = house.inbox(number)
    return [placement["componentId"] for placement in message["placements"]]


@pytest.mark.parametrize(
    ("fields", "allowed", "refused"),
    [
        ({"kind": "age_gate", "minimum_age": 18}, {"age_band": "18-24"}, {"age_band": "13-17"}),
        ({"kind": "age_gate", "minimum_age": 18}, {"age_band": "25-34"}, {"age_band": "unknown"}),
        ({"kind": "consent", "consent": "betting"}, {"consents": frozenset({"betting"})}, {}),
    ],
)
def test_a_legal_gate_holds_for_those_whom_nobody_vouches_for(
    house: House, fields: dict[str, Any], allowed: dict[str, Any], refused: dict[str, Any]
):
    house.catalogue.rules = [rule(**fields)]
    follow(house, 1, **allowed)
    follow(house, 2, **refused)
    house.dispatch()
    assert shown(house, 1) == ["bet", "poll"]
    assert shown(house, 2) == ["poll", "stats"]
    (message,) = house.inbox(2)
    assert message["placements"][1]["constraints"] == ["rule"]


def test_nothing_is_sold_during_an_injury(house: House):
    house.catalogue.rules = [rule(kind="quiet_moment", moments=["INJURY"])]
    follow(house, 1)
    house.dispatch(house.context(fakes.a_moment(1, kind=MomentType.INJURY)))
    assert "bet" not in shown(house, 1)


def test_who_has_seen_enough_is_grouped_apart(house: House):
    house.catalogue.rules = [rule(kind="frequency_cap", maximum=2)]
    seen = {"bet": Exposure(count=2, last_at=house.clock())}
    follow(house, 1)
    follow(house, 2, exposures=seen)
    house.dispatch()
    assert ("bet" in shown(house, 1), "bet" in shown(house, 2)) == (True, False)
    assert len(house.recommender.asked) == 1


def test_a_consent_that_no_constraint_asks_for_sets_nobody_apart(house: House):
    # GIVEN viewers who consent to one thing or another, of which one is asked for
    house.catalogue.rules = [rule(kind="consent", consent="betting")]
    given = [frozenset({f"whim-{number}"}) for number in range(9)]
    for number, consents in enumerate([*given, frozenset({"betting", "whim"})]):
        follow(house, number, consents=consents)
    house.dispatch()
    # THEN there are two groups, each with a decision of its own
    assert sorted(decision["viewers"] for decision in house.decisions.decisions) == [1, 9]


def test_gates_hold_on_every_rung(house: House):
    house.catalogue.rules = [rule(kind="age_gate", minimum_age=18)]
    house.catalogue.known.pop("stats")
    house.catalogue.popular = {"ALL": ("bet",)}
    house.recommender.ranking = ()
    follow(house, 1, age_band="13-17")
    house.dispatch()
    assert house.inbox(1)[0]["rung"] == "popularity"
    assert shown(house, 1) == []


def test_when_a_moment_is_old_news_what_needs_no_campaign_follows_it_under_the_same_constraints(house: House):
    # GIVEN a goal, popular betting, a minor, and a component that an operator keeps off
    house.catalogue.popular = {"ALL": ("bet", "poll", "stats", "ticker", "frozen")}
    for name in ("ticker", "frozen"):
        house.catalogue.known[name] = fakes.a_component(name, Slot.TICKER)
    house.catalogue.rules = [rule(kind="age_gate", minimum_age=18)]
    follow(house, 1, age_band="13-17")
    house.dispatch(house.context().with_frozen(("frozen",)))
    # THEN what is popular follows the goal: nothing over the picture, no betting for minors, nothing frozen
    (message,) = house.inbox(1)
    after = [(each["slot"], each["componentId"], each["rung"]) for each in message["afterwards"]]
    assert after == [("side_panel", "stats", "popularity"), ("ticker", "ticker", "popularity")]


def test_what_is_about_no_moment_has_no_afterwards(house: House):
    follow(house, 1, last_version=-1)
    house.dispatch(initial_context(fakes.a_match()))
    assert house.inbox(1)[0]["afterwards"] == []
