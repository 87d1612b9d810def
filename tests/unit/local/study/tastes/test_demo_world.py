"""The demo's world: the same for a seed, and nobody is shown what could not be shown in a match."""

from dataclasses import replace

import numpy as np
import pytest

from domain.choice import refusal
from domain.cohort import UNKNOWN, Cohort, ViewerTraits
from domain.match import Player, Side
from domain.registry import CONTEXT_REGISTRY
from local.study.simulator.clickstream import NOTHING, records, simulate
from local.study.simulator.world import SimulatedWorld, read_components
from local.study.tastes.circumstances import Circumstances
from local.study.tastes.demo_world import make_demo_world, read_constraints
from local.study.tastes.simulated_states import SimulatedState, draw_states
from local.study.tastes.taste_table import default_table
from local.study.tastes.taste_truth import TasteTruth
from tests.support.builders import a_match

LINE_UPS = tuple(
    Player(
        id=f"{side}-{number}", name=f"{side} {number}", side=side, position=None if number else "goalkeeper"
    )
    for side in Side
    for number in range(11)
)
MATCH = replace(a_match(), line_ups=LINE_UPS)
VIEWERS = tuple(
    ViewerTraits(
        viewer_id="viewer",
        cohort=Cohort(favourite_team=team, age_band="25-34", country="IT", tier="premium"),
        consents=frozenset({"advertising"}),
    )
    for team in ("Italy", "Turkey", UNKNOWN)
)
"""A viewer of each side with every consent."""
NEVER_SHOWN = {"prediction-cards"}
"""Components that the default constraints refuse always: another partner has the exclusive right."""


@pytest.fixture(scope="module")
def world() -> SimulatedWorld[TasteTruth]:
    return make_demo_world(MATCH, seed=5, viewers=300, held_out=0)


@pytest.fixture(scope="module")
def states() -> list[SimulatedState]:
    return draw_states(MATCH, 2000, np.random.default_rng(1))


def test_a_seed_gives_the_same_clickstream_and_another_seed_another(
    world: SimulatedWorld[TasteTruth],
) -> None:
    again, other = (make_demo_world(MATCH, seed=seed, viewers=300, held_out=0) for seed in (5, 6))
    first = list(records(world, simulate(world, 2000)))
    assert first == list(records(again, simulate(again, 2000)))
    assert first != list(records(other, simulate(other, 2000)))


def test_states_are_possible_and_their_columns_are_of_the_registry(states: list[SimulatedState]) -> None:
    for state in states:
        CONTEXT_REGISTRY.validate(state.columns)
        assert state.columns["MATCH_PHASE"] == state.facts.phase
        assert (state.facts.headline is None) == (state.columns["MATCH_EVENT"] == "none")
        if state.columns["MATCH_EVENT"] in ("goal", "goal_rush"):
            assert state.facts.headline is not None
            assert state.facts.headline.side is not None
            assert state.facts.score.of(state.facts.headline.side) > 0
        if state.columns["MATCH_EVENT"] in ("equaliser", "level_late"):
            assert state.facts.score.difference == 0


def test_every_word_but_the_shoot_out_happens(states: list[SimulatedState]) -> None:
    words = {state.columns["MATCH_EVENT"] for state in states}
    assert words == set(CONTEXT_REGISTRY.column("MATCH_EVENT").vocabulary)


def test_nobody_is_shown_what_does_not_fit_or_a_constraint_refuses(
    world: SimulatedWorld[TasteTruth],
) -> None:
    # GIVEN the world's states, drawn again by the same seed, and its viewers with and without a consent
    rng = np.random.default_rng(np.random.SeedSequence(5).spawn(4)[1])
    states = draw_states(MATCH, len(world.situations.contexts), rng)
    rules = read_constraints()
    clickstream = simulate(world, 4000)
    # WHEN they are shown components THEN the match and the viewer's traits allow each of them
    for row in range(len(clickstream.viewer)):
        viewer = int(clickstream.viewer[row])
        facts = states[int(clickstream.situation[row])].facts
        consented = ViewerTraits(
            viewer_id="viewer",
            cohort=world.population.cohort_of(viewer),
            consents=frozenset({"advertising"}),
        )
        for at in clickstream.slate[row]:
            if at != NOTHING:
                assert refusal(world.components[at], rules, consented, facts, ()) is None


def test_viewers_without_a_consent_see_no_adverts(world: SimulatedWorld[TasteTruth]) -> None:
    advert = [component.id for component in world.components].index("advert-car")
    permitted = world.truth.permitted[:, advert]
    assert 0.1 < 1 - permitted.mean() < 0.3


def test_every_component_but_an_excluded_one_can_be_shown(states: list[SimulatedState]) -> None:
    rules = read_constraints()
    hidden = {
        component.id
        for component in read_components()
        if not any(
            refusal(component, rules, viewer, state.facts, ()) is None
            for state in states
            for viewer in VIEWERS
        )
    }
    assert hidden == NEVER_SHOWN


def test_every_taste_is_about_a_component_that_can_be_shown_then(states: list[SimulatedState]) -> None:
    rules = [rule for rule in read_constraints() if rule.partner is None]
    components = read_components()
    for taste in default_table().tastes:
        about = [component for component in components if taste.is_about(component.id, component.type)]
        assert any(
            taste.holds_in(Circumstances.of_facts(state.facts), viewer.cohort.favourite_team)
            and refusal(component, rules, viewer, state.facts, ()) is None
            for state in states
            for viewer in VIEWERS
            for component in about
        ), taste
