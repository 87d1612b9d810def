"""Both delivery modes place the same for the same viewer; no gate passes in one that refuses in the other."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.audience import Audience
from domain.choice import refusal
from domain.context import MatchContext, initial_context, merge
from domain.experiment import Experiment
from domain.moment import MomentType
from domain.recommendation import Recommendation
from domain.required_consents import required_consents
from lambdas.logic.placement_finder import PlacementFinder
from tests.support import builders
from tests.support.any_catalogue import any_components, any_constraints, any_exposures, any_viewer
from tests.support.both_modes import BothModes
from tests.support.dispatch_rig import dispatch_rig

AUDIENCES = 200
COMPONENTS = 60
EXPERIMENT = Experiment(season="parity", holdout_share=0.1, trial_share=0.2)
MATCH = builders.a_match()


def versions() -> Iterator[MatchContext]:
    """Yield a goal, an injury, and two lulls in a row with a frozen component."""
    context = initial_context(MATCH)
    moments = (
        builders.a_moment(1, player="Ciro Immobile"),
        builders.a_moment(2, kind=MomentType.INJURY),
        builders.a_moment(3, kind=MomentType.LULL, details={"number": 1}),
        builders.a_moment(4, kind=MomentType.LULL, details={"number": 2}),
    )
    for moment in moments:
        context = merge(context, MATCH, [moment]) or context
        yield context.with_frozen(("c3",)) if moment.type is MomentType.LULL else context


def a_finder(seed: int) -> PlacementFinder:
    """Return a finder on a random catalogue with three rules of every kind."""
    chance = random.Random(seed)
    rig = dispatch_rig()
    components = any_components(chance, COMPONENTS)
    rig.catalogue.known = {each.id: each for each in components}
    rig.catalogue.rules = any_constraints(chance, components, of_each_kind=3)
    rig.catalogue.popular = {"ALL": tuple(each.id for each in reversed(components))}
    rig.recommender.ranking = tuple(each.id for each in components)
    return replace(rig.placement_finder, experiment=EXPERIMENT)


@pytest.mark.parametrize("context", list(versions()), ids=lambda context: str(context.version))
def test_every_viewer_gets_the_same_placements_in_both_modes(context: MatchContext) -> None:
    # GIVEN viewers of any traits, a fifth of them asked for by name, who have seen components or not
    chance = random.Random(context.version)
    finder = a_finder(7)
    modes = BothModes(finder=finder, context=context, match=MATCH, now=builders.KICK_OFF)
    components = list(finder.catalogue.components().values())
    placed = 0
    for number in range(AUDIENCES):
        viewer = any_viewer(chance, number)
        exposures = any_exposures(chance, components, modes.now)
        by_name = chance.random() < 0.2
        on_connections = modes.on_connections(viewer, exposures, by_name=by_name)
        assert modes.on_channel(viewer, exposures, named_as=viewer if by_name else None) == on_connections
        placed += len(on_connections["placements"])
    assert placed > AUDIENCES // 2


@pytest.mark.parametrize("context", list(versions()), ids=lambda context: str(context.version))
def test_what_is_chosen_for_a_viewers_earlier_traits_reaches_nobody(context: MatchContext) -> None:
    # GIVEN viewers who were asked for by name when they had other consents, another age or another country
    chance = random.Random(context.version)
    modes = BothModes(finder=a_finder(7), context=context, match=MATCH, now=builders.KICK_OFF)
    told_otherwise = 0
    for number in range(AUDIENCES):
        earlier, viewer = any_viewer(chance, number), any_viewer(chance, number)
        if earlier == viewer:
            continue
        expected = modes.on_connections(viewer, {})
        assert modes.on_channel(viewer, {}, named_as=earlier) == expected
        told_otherwise += modes.on_channel(earlier, {}, named_as=earlier) != expected
    assert told_otherwise > AUDIENCES // 4


def test_no_component_passes_a_gate_in_one_mode_that_refuses_it_in_the_other() -> None:
    # GIVEN 200 audiences and a ranking of each component alone
    finder, (context, *_) = a_finder(8), versions()
    required = required_consents(finder.catalogue.constraints())
    viewers = [any_viewer(random.Random(number), number) for number in range(4 * AUDIENCES)]
    of_viewers = {
        Audience(
            cohort=viewer.cohort,
            consents=viewer.consents & required,
            holdout=EXPERIMENT.holds_out(viewer.viewer_id),
        ): viewer
        for viewer in viewers
    }
    audiences = list(of_viewers)[:AUDIENCES]
    assert len(audiences) == AUDIENCES
    refused = 0
    for audience, ranking in finder.rankings(context, MATCH, audiences).items():
        for component in ranking.components.values():
            alone = replace(
                ranking,
                calm=None,
                recommendation=Recommendation(
                    component_ids=(component.id,), rung=ranking.recommendation.rung
                ),
            )
            gate = refusal(component, ranking.constraints, of_viewers[audience], ranking.facts, ())
            assert bool(alone.candidates().now.listed) == (gate is None)
            assert bool(alone.placements().choice.placements) == (gate is None)
            refused += gate is not None
    assert AUDIENCES < refused < AUDIENCES * COMPONENTS
