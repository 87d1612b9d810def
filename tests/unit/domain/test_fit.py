"""A component is placed only when it makes sense."""

from dataclasses import replace
from typing import Any

import pytest

from domain.cohort import Cohort
from domain.component import Component
from domain.constraint import Constraint, read_published
from domain.context import initial_context
from domain.errors import InvalidFieldError
from domain.fit import Fit
from domain.match import Score, Side, Stage
from domain.match_facts import MatchFacts
from domain.moment import Moment, MomentType
from tests.support import builders

TURK, ITALIAN, NEUTRAL = (Cohort(favourite_team=team) for team in ("Turkey", "Italy", "unknown"))


def facts(headline: Moment | None = None, *, stage: Stage = Stage.GROUP, **changes: Any) -> MatchFacts:
    match = replace(builders.a_match(), stage=stage)
    known = MatchFacts.of(initial_context(match), match)
    return replace(known, headline=headline, **{"phase": "second_half", **changes})


def goal(**changes: Any) -> Moment:
    return builders.a_moment(1, side=Side.AWAY, **changes)


@pytest.mark.parametrize(
    ("conditions", "fits", "does_not"),
    [
        ({"phases": ["half_time"]}, facts(phase="half_time"), facts()),
        ({"moments": ["RED_CARD"]}, facts(goal(kind=MomentType.RED_CARD)), facts(goal())),
        ({"moments": ["RED_CARD"]}, facts(goal(kind=MomentType.RED_CARD)), facts()),
        ({"moments": ["none"]}, facts(), facts(goal())),
        ({"moments": ["none"]}, facts(goal(kind=MomentType.SCORE_CORRECTED)), facts(goal())),
        ({"stages": ["knockout", "final"]}, facts(stage=Stage.FINAL), facts()),
        ({"score": ["level"]}, facts(), facts(score=Score(home=1))),
        ({"score": ["one_goal"]}, facts(score=Score(home=1, away=2)), facts(score=Score(home=2))),
        ({"score": ["two_or_more"]}, facts(score=Score(away=3)), facts(score=Score(away=1))),
        ({"from_minute": 60}, facts(minute=60), facts(minute=59)),
        ({"phases": ["half_time"], "score": ["level"]}, facts(phase="half_time"), facts()),
    ],
)
def test_a_fit_holds_in_its_phases_moments_stages_and_scores(
    conditions: dict[str, Any], fits: MatchFacts, does_not: MatchFacts
) -> None:
    fit = Fit.from_dict(conditions)
    assert fit.holds(fits, NEUTRAL)
    assert not fit.holds(does_not, NEUTRAL)


@pytest.mark.parametrize(
    ("side", "now", "cohorts"),
    [
        ("any", facts(), [TURK, ITALIAN, NEUTRAL]),
        ("supporter", facts(), [TURK, ITALIAN]),
        ("home", facts(), [TURK]),
        ("away", facts(), [ITALIAN]),
        ("scoring", facts(goal()), [ITALIAN]),
        ("conceding", facts(goal(kind=MomentType.OWN_GOAL)), [TURK]),
        ("scoring", facts(goal(kind=MomentType.YELLOW_CARD)), []),
        ("conceding", facts(), []),
        ("leading", facts(score=Score(home=1)), [TURK]),
        ("trailing", facts(score=Score(home=1)), [ITALIAN]),
        ("leading", facts(), []),
        ("trailing", facts(), []),
    ],
)
def test_a_fit_for_a_side_holds_for_its_supporters_only(
    side: str, now: MatchFacts, cohorts: list[Cohort]
) -> None:
    fit = Fit.from_stored({"side": side})
    assert [cohort for cohort in (TURK, ITALIAN, NEUTRAL) if fit.holds(now, cohort)] == cohorts


def test_teams_of_the_same_name_have_no_supporters() -> None:
    match = builders.a_match()
    twins = replace(facts(), match=replace(match, away=replace(match.away, name=match.home.name)))
    assert not Fit.from_stored({"side": "home"}).holds(twins, TURK)


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ({"phases": ["tea"]}, "component.only_when.phases"),
        ({"moments": ["GOAL", "TEA"]}, "component.only_when.moments"),
        ({"stages": ["cup"]}, "component.only_when.stages"),
        ({"score": ["nil"]}, "component.only_when.score"),
        ({"side": "left"}, "component.only_when.side"),
        ({"subject": "referee"}, "component.only_when.subject"),
        ({"from_minute": 0}, "component.only_when.from_minute"),
        ({"phase": ["half_time"]}, "component.only_when.phase"),
        ({"phases": "half_time"}, "component.only_when.phases"),
        ({}, "component.only_when"),
        ([], "component.only_when"),
    ],
)
def test_a_published_fit_is_refused_with_the_field(broken: object, field: str) -> None:
    component = {**builders.a_component("poll").to_dict(), "only_when": broken}
    with pytest.raises(InvalidFieldError) as caught:
        Component.from_dict(component, "component")
    assert caught.value.field == field


@pytest.mark.parametrize(
    "newer",
    [
        {"phases": ["cooling_break"]},
        {"moments": ["POWER_CUT"]},
        {"stages": ["play_off"]},
        {"score": ["tie"]},
        {"side": "bench"},
        {"subject": "coach"},
        {"weather": "rain"},
    ],
)
def test_a_stored_fit_of_a_newer_version_is_read_and_never_holds(newer: dict[str, Any]) -> None:
    component = Component.from_stored({**builders.a_component("poll").to_dict(), "only_when": newer})
    assert component.only_when is not None
    assert not component.only_when.holds(facts(goal()), ITALIAN)


def test_a_component_keeps_its_fit_in_its_json_form() -> None:
    fit = {"phases": ["half_time"], "side": "supporter", "subject": "scorer", "from_minute": 40}
    component = Component.from_dict({**builders.a_component("poll").to_dict(), "only_when": fit})
    assert component.to_dict()["only_when"] == fit
    assert Component.from_stored(component.to_dict()) == component


RULE = {"id": "breaks", "kind": "only_when", "selector": {"types": ["poll"]}}


def test_a_constraint_refuses_the_components_it_selects_unless_its_fit_holds() -> None:
    rule = read_published({**RULE, "only_when": {"phases": ["half_time"]}})
    assert rule.only_when == Fit.from_dict({"phases": ["half_time"]})


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "rule.only_when"),
        ({"only_when": {"phases": ["tea"]}}, "rule.only_when.phases"),
        ({"only_when": {"phases": ["half_time"]}, "maximum": 2}, "rule.maximum"),
    ],
)
def test_a_published_constraint_with_an_invalid_fit_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        read_published({**RULE, **fields}, "rule")
    assert caught.value.field == field


def test_a_constraint_in_force_with_unknown_words_is_read() -> None:
    assert Constraint.from_dict({**RULE, "only_when": {"phases": ["cooling_break"]}}).only_when is not None
