"""Constraints apply to any recommendation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.choice import Exposure, blocked_by_exposure, choose
from domain.cohort import Cohort, ViewerTraits
from domain.component import Component, Slot
from domain.constraint import Constraint
from domain.context import initial_context
from domain.errors import InvalidFieldError
from domain.match_facts import MatchFacts
from domain.moment import MomentType
from domain.placement import Rung
from domain.remote import Isolation, Remote
from tests.support import builders

NOW = datetime(2021, 6, 11, 20, 0, tzinfo=UTC)
ADULT = ViewerTraits(
    viewer_id="v1", cohort=Cohort(age_band="25-34", country="IT"), consents=frozenset({"advertising"})
)
MINOR = ViewerTraits(viewer_id="v2", cohort=Cohort(age_band="13-17", country="IT"))
UNKNOWN = ViewerTraits(viewer_id="v3", cohort=Cohort())


def component(
    name: str, slot: Slot = Slot.OVERLAY, *categories: str, partner: str | None = None
) -> Component:
    return Component(
        id=name,
        type=name,
        title=name,
        slot=slot,
        remote=Remote(
            url=f"https://components.example/{name}/remoteEntry.js",
            module="./app",
            integrity="sha384-x",
            isolation=Isolation.FRAME,
        ),
        categories=frozenset(categories),
        partner=partner,
    )


BET = component("bet", Slot.OVERLAY, "betting")
POLL = component("poll", Slot.OVERLAY, "engagement")
COLA = component("cola", Slot.TICKER, "advert", partner="Cola")
SODA = component("soda", Slot.TICKER, "advert", partner="Soda")
RULES: dict[str, dict[str, object]] = {
    "age": {"kind": "age_gate", "selector": {"categories": ["betting"]}, "minimum_age": 18},
    "land": {"kind": "jurisdiction", "selector": {"categories": ["betting"]}, "countries": ["GB", "IT"]},
    "consent": {"kind": "consent", "selector": {"categories": ["advert"]}, "consent": "advertising"},
    "sponsor": {"kind": "sponsor_exclusivity", "selector": {"categories": ["advert"]}, "partner": "Cola"},
    "cap": {"kind": "frequency_cap", "selector": {"types": ["poll"]}, "maximum": 2},
    "rest": {"kind": "cool_down", "selector": {"component_ids": ["poll"]}, "seconds": 60},
    "apart": {
        "kind": "slot_conflict",
        "selector": {"categories": ["betting"]},
        "other": {"categories": ["advert"]},
    },
    "quiet": {
        "kind": "quiet_moment",
        "selector": {"categories": ["betting", "advert"]},
        "moments": ["INJURY"],
    },
}


def rule(name: str) -> Constraint:
    return Constraint.from_dict({"id": name, **RULES[name]})


def facts(kind: MomentType | None = None) -> MatchFacts:
    match = builders.a_match()
    headline = builders.a_moment(kind=kind) if kind else None
    return replace(MatchFacts.of(initial_context(match), match), headline=headline)


def chosen(
    ranked: list[Component],
    *names: str,
    viewer: ViewerTraits = ADULT,
    headline: MomentType | None = None,
    blocked: dict[str, str] | None = None,
) -> tuple[list[str], dict[str, str]]:
    choice = choose(
        ranked=ranked,
        constraints=[rule(name) for name in names],
        viewer=viewer,
        facts=facts(headline),
        blocked=blocked or {},
        rung=Rung.COHORT,
    )
    return [placement.component.id for placement in choice.placements], choice.refused


@pytest.mark.parametrize(("viewer", "allowed"), [(ADULT, True), (MINOR, False), (UNKNOWN, False)])
def test_betting_requires_a_known_adult_age(viewer: ViewerTraits, allowed: bool) -> None:
    placed, refused = chosen([BET, POLL], "age", viewer=viewer)
    assert placed == (["bet"] if allowed else ["poll"])
    assert refused == ({} if allowed else {"bet": "age"})


def test_betting_requires_a_country_that_allows_it() -> None:
    assert chosen([BET], "land", viewer=UNKNOWN) == ([], {"bet": "land"})
    assert chosen([BET], "land", viewer=ADULT) == (["bet"], {})


def test_an_advert_requires_consent() -> None:
    assert chosen([COLA], "consent", viewer=MINOR) == ([], {"cola": "consent"})
    assert chosen([COLA], "consent", viewer=ADULT) == (["cola"], {})


def test_the_sponsors_rival_is_refused() -> None:
    assert chosen([SODA, COLA], "sponsor") == (["cola"], {"soda": "sponsor"})


def test_conflicting_components_are_never_placed_together() -> None:
    assert chosen([BET, COLA], "apart") == (["bet"], {"cola": "apart"})
    assert chosen([COLA, BET, POLL], "apart") == (["cola", "poll"], {"bet": "apart"})


def test_betting_is_refused_during_an_injury() -> None:
    assert chosen([BET, COLA, POLL], "quiet", headline=MomentType.INJURY)[0] == ["poll"]
    assert chosen([BET, COLA], "quiet", headline=MomentType.GOAL)[0] == ["bet", "cola"]


@pytest.mark.parametrize(
    ("count", "seconds_ago", "blocked"),
    [(1, 100, {}), (2, 100, {"poll": "cap"}), (1, 59, {"poll": "rest"}), (1, 60, {})],
)
def test_caps_and_cool_downs_block_seen_components(
    count: int, seconds_ago: int, blocked: dict[str, str]
) -> None:
    seen = {"poll": Exposure(count=count, last_at=NOW - timedelta(seconds=seconds_ago))}
    assert blocked_by_exposure([rule("cap"), rule("rest")], [POLL, BET], seen, NOW) == blocked


def test_a_placement_names_the_rules_that_refused_higher_ranked_components() -> None:
    choice = choose(
        ranked=[BET, POLL],
        constraints=[rule("age")],
        viewer=MINOR,
        facts=facts(),
        blocked={},
        rung=Rung.POPULARITY,
    )
    assert choice.placements[0].constraints == ("age",)
    assert choice.placements[0].rung is Rung.POPULARITY


CATALOGUE = [BET, POLL, COLA, SODA, component("quiz", Slot.SIDE_PANEL, "engagement")]


@given(
    st.permutations(CATALOGUE),
    st.sets(st.sampled_from(sorted(RULES))),
    st.sampled_from([ADULT, MINOR, UNKNOWN]),
    st.sampled_from([None, MomentType.INJURY, MomentType.GOAL]),
)
def test_a_choice_breaks_no_rule_and_fills_no_slot_twice(
    ranked: list[Component], names: set[str], viewer: ViewerTraits, headline: MomentType | None
) -> None:
    placed, refused = chosen(ranked, *sorted(names), viewer=viewer, headline=headline)
    slots = [component.slot for component in ranked if component.id in placed]
    assert len(slots) == len(set(slots))
    assert not set(placed) & set(refused)
    if "age" in names and viewer is not ADULT:
        assert "bet" not in placed
    if "consent" in names and viewer is not ADULT:
        assert not {"cola", "soda"} & set(placed)
    if "sponsor" in names:
        assert "soda" not in placed
    if "apart" in names:
        assert not ("bet" in placed and {"cola", "soda"} & set(placed))
    if "quiet" in names and headline is MomentType.INJURY:
        assert not {"bet", "cola", "soda"} & set(placed)


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ({"id": "x", "kind": "magic", "selector": {"types": ["a"]}}, "rule.kind"),
        ({"id": "x", "kind": "age_gate", "selector": {"types": ["a"]}}, "rule.minimum_age"),
        ({"id": "x", "kind": "age_gate", "selector": {}, "minimum_age": 18}, "rule.selector"),
        ({"id": "x", "kind": "jurisdiction", "selector": {"types": ["a"]}}, "rule.countries"),
        ({"id": "x", "kind": "cool_down", "selector": {"types": ["a"]}, "seconds": "60"}, "rule.seconds"),
        ({"id": "x", "kind": "slot_conflict", "selector": {"types": ["a"]}}, "rule.other"),
        (
            {"id": "x", "kind": "quiet_moment", "selector": {"types": ["a"]}, "moments": ["TEA"]},
            "rule.moments",
        ),
        ({"kind": "age_gate", "selector": {"types": ["a"]}, "minimum_age": 18}, "rule.id"),
        ([], "rule"),
    ],
)
def test_an_invalid_rule_is_refused_with_the_field(broken: object, field: str) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        Constraint.from_dict(broken, "rule")
    assert caught.value.field == field
