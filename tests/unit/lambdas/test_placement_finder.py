"""Constraints in a dispatch: audiences are split by what their viewers may see."""

from dataclasses import replace
from typing import Any

import pytest

from domain.choice import Exposure
from domain.component import Slot
from domain.constraint import Constraint
from domain.context import initial_context
from domain.metrics import Metric
from domain.moment import MomentType
from domain.placement import Rung
from domain.recommendation import Refusal
from domain.subscription import Subscription
from tests.support import builders
from tests.support.dispatch_rig import DispatchRig

BETTING = {"categories": ["betting"]}


def follow(rig: DispatchRig, number: int, **changes: Any) -> None:
    exposures = changes.pop("exposures", {})
    last_version = changes.pop("last_version", 0)
    rig.connections.subscribe(
        Subscription(
            match_id="turkey-italy",
            connection_id=f"c{number:05d}",
            viewer=builders.a_viewer(number, **changes),
            expires_at=rig.clock().replace(year=2030),
            exposures=exposures,
            last_version=last_version,
        )
    )


def rule(**fields: Any) -> Constraint:
    return Constraint.from_dict({"id": "rule", "selector": BETTING, **fields})


def shown(rig: DispatchRig, number: int) -> list[str]:
    (message,) = rig.inbox(number)
    return [placement["componentId"] for placement in message["placements"]]


@pytest.mark.parametrize(
    ("fields", "allowed", "refused"),
    [
        ({"kind": "age_gate", "minimum_age": 18}, {"age_band": "18-24"}, {"age_band": "13-17"}),
        ({"kind": "age_gate", "minimum_age": 18}, {"age_band": "25-34"}, {"age_band": "unknown"}),
        ({"kind": "consent", "consent": "betting"}, {"consents": frozenset({"betting"})}, {}),
    ],
)
def test_a_legal_gate_refuses_viewers_with_unknown_traits(
    rig: DispatchRig, fields: dict[str, Any], allowed: dict[str, Any], refused: dict[str, Any]
) -> None:
    rig.catalogue.rules = [rule(**fields)]
    follow(rig, 1, **allowed)
    follow(rig, 2, **refused)
    rig.dispatch()
    assert shown(rig, 1) == ["bet", "poll"]
    assert shown(rig, 2) == ["poll", "stats"]
    (message,) = rig.inbox(2)
    assert message["placements"][1]["constraints"] == ["rule"]


def test_betting_is_refused_during_an_injury(rig: DispatchRig) -> None:
    rig.catalogue.rules = [rule(kind="quiet_moment", moments=["INJURY"])]
    follow(rig, 1)
    rig.dispatch(rig.context(builders.a_moment(1, kind=MomentType.INJURY)))
    assert "bet" not in shown(rig, 1)


def test_a_capped_viewer_is_an_audience_of_their_own(rig: DispatchRig) -> None:
    rig.catalogue.rules = [rule(kind="frequency_cap", maximum=2)]
    seen = {"bet": Exposure(count=2, last_at=rig.clock())}
    follow(rig, 1)
    follow(rig, 2, exposures=seen)
    rig.dispatch()
    assert ("bet" in shown(rig, 1), "bet" in shown(rig, 2)) == (True, False)
    assert len(rig.asked_about_moments()) == 1


def test_a_consent_that_no_constraint_requires_does_not_split_an_audience(rig: DispatchRig) -> None:
    # GIVEN viewers with different consents, of which a constraint requires one
    rig.catalogue.rules = [rule(kind="consent", consent="betting")]
    given = [frozenset({f"whim-{number}"}) for number in range(9)]
    for number, consents in enumerate([*given, frozenset({"betting", "whim"})]):
        follow(rig, number, consents=consents)
    rig.dispatch()
    # THEN there are two audiences, each with its own decision
    assert sorted(decision["viewers"] for decision in rig.decisions.decisions) == [1, 9]


def test_legal_gates_apply_on_every_rung(rig: DispatchRig) -> None:
    rig.catalogue.rules = [rule(kind="age_gate", minimum_age=18)]
    rig.catalogue.known.pop("stats")
    rig.catalogue.popular = {"ALL": ("bet",)}
    rig.recommender.ranking = ()
    follow(rig, 1, age_band="13-17")
    rig.dispatch()
    assert rig.inbox(1)[0]["rung"] == "popularity"
    assert shown(rig, 1) == []


@pytest.mark.parametrize("rung", ["cohort", "popularity"])
def test_what_follows_a_moment_is_ranked_for_the_cohort_under_the_same_constraints(
    rig: DispatchRig, rung: str
) -> None:
    # GIVEN a goal, a betting component, a minor, a frozen component, and a campaign that may be missing
    ranking = ("bet", "poll", "stats", "ticker", "frozen")
    rig.catalogue.popular = {"ALL": ranking}
    rig.recommender.ranking = ranking
    rig.recommender.refusal = Refusal.MISSING if rung == "popularity" else None
    for name in ("ticker", "frozen"):
        rig.catalogue.known[name] = builders.a_component(name, Slot.TICKER)
    rig.catalogue.rules = [rule(kind="age_gate", minimum_age=18)]
    follow(rig, 1, age_band="13-17")
    goal = rig.context().with_frozen(("frozen",))
    rig.dispatch(goal)
    rig.prepare()
    rig.telemetry.counts.clear()
    # WHEN the next version of the same moment is dispatched
    rig.dispatch(replace(goal, version=goal.version + 1))
    # THEN components follow the goal: no overlay, no betting, no frozen component
    message = rig.inbox(1)[-1]
    after = [(each["slot"], each["componentId"], each["rung"]) for each in message["afterwards"]]
    assert after == [("side_panel", "stats", rung), ("ticker", "ticker", rung)]
    assert rig.telemetry.counts[Metric.of_calm_rung(Rung(rung))] == 1


def test_without_a_moment_there_are_no_afterwards(rig: DispatchRig) -> None:
    follow(rig, 1, last_version=-1)
    rig.dispatch(initial_context(builders.a_match()))
    assert rig.inbox(1)[0]["afterwards"] == []
