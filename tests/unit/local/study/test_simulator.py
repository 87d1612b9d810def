"""The viewer simulator: reproducible by seed, with the records that the Glue jobs expect."""

import json

import numpy as np
import pytest

from domain.interaction import InteractionType, RecordedInteraction
from domain.registry import CONTEXT_REGISTRY
from local.study.simulator.clickstream import records, simulate
from local.study.simulator.evaluation import POLICIES, evaluate_seed, interval
from local.study.simulator.truth import RandomTruth, engagement_probability
from local.study.simulator.world import SimulatedWorld, make_world


@pytest.fixture(scope="module")
def world() -> SimulatedWorld[RandomTruth]:
    return make_world(5, viewers=300, held_out=100)


def test_a_seed_gives_the_same_clickstream_and_another_seed_another(
    world: SimulatedWorld[RandomTruth],
) -> None:
    again = make_world(5, viewers=300, held_out=100)
    first, second = simulate(world, 2000), simulate(again, 2000)
    assert np.array_equal(first.slate, second.slate)
    assert np.array_equal(first.engaged, second.engaged)
    assert not np.array_equal(first.engaged, simulate(world, 2000, seed=1).engaged)


def test_records_are_records_of_the_interactions_stream(world: SimulatedWorld[RandomTruth]) -> None:
    rows = list(records(world, simulate(world, 400)))
    assert {row.interaction.type for row in rows} >= {InteractionType.IMPRESSION, InteractionType.CLICK}
    for row in rows:
        assert RecordedInteraction.from_dict(json.loads(json.dumps(row.to_dict()))) == row
        CONTEXT_REGISTRY.validate(row.columns)
    assert len({row.id for row in rows}) == len(rows)


def test_held_out_viewers_have_no_clickstream(world: SimulatedWorld[RandomTruth]) -> None:
    assert simulate(world, 4000).viewer.max() < len(world.population) - world.held_out


def test_engagement_falls_with_position_and_fatigue(world: SimulatedWorld[RandomTruth]) -> None:
    odds = np.zeros(3)
    by_place = engagement_probability(odds, np.arange(3.0), np.zeros(3))
    by_fatigue = engagement_probability(odds, np.zeros(3), np.arange(3.0))
    assert list(by_place) == sorted(by_place, reverse=True)
    assert list(by_fatigue) == sorted(by_fatigue, reverse=True)


def test_preferences_depend_on_context_and_cohort(world: SimulatedWorld[RandomTruth]) -> None:
    best = world.truth.by_cohort.argmax(axis=2)
    assert len({tuple(row) for row in best}) > 1
    assert all(len(set(row)) > 1 for row in best)


def test_context_improves_recommendations() -> None:
    # GIVEN policies that learned from a small clickstream WHEN they serve viewers who are not in it
    shares = evaluate_seed(3, interactions=40_000, viewers=1000)
    # THEN context improves engagement clearly, and a cohort's model is nearly as good as a viewer's
    assert set(shares) == set(POLICIES)
    assert shares["popularity"] < shares["context_free"] < shares["contextual_viewer"] - 0.1
    assert shares["contextual_viewer"] > 0.8
    assert shares["contextual_cohort"] > shares["contextual_viewer"] - 0.03


def test_an_interval_contains_its_mean_and_narrows_with_agreement() -> None:
    wide, narrow = interval([0.8, 0.9, 1.0]), interval([0.89, 0.9, 0.91])
    assert wide.low < wide.mean < wide.high
    assert narrow.high - narrow.low < wide.high - wide.low
