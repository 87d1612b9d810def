"""`model_choice`: which model stands behind a campaign, by measurement, and what each costs to train.

Two simulated worlds; the engagement of viewers who left no clickstream, as a share of the oracle's, when a
model scores the situation alone: context and traits, nothing of the viewer. `processor_seconds` are those of
a training on 100,000 interactions. The row `crossed_regression` is the model that serves.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.figure import Figure, figure
from benchmarks.rig.encoded_examples import EncodedExamples, encode_examples
from benchmarks.rig.model_choices import CHOICES, Cells, Floats
from local.study.simulator.clickstream import simulate
from local.study.simulator.evaluation import CLICKS, Requests, draw_requests, engagement, true_odds
from local.study.simulator.training_set import training_data, traits_of_cohorts
from local.study.simulator.world import SimulatedWorld, make_world
from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.model.training import train

SEEDS = (1, 2)
INTERACTIONS = 100_000
CHOSEN = "crossed_regression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arena:
    """A world, what its viewers left, and the occasions on which models are judged."""

    world: SimulatedWorld
    data: GroupData
    asked: Requests

    @staticmethod
    def of_seed(seed: int) -> "Arena":
        """The arena of a seed."""
        world = make_world(seed)
        data = training_data(world, simulate(world, INTERACTIONS))
        asked = draw_requests(world, np.random.default_rng([seed, 2]))
        return Arena(world=world, data=data, asked=asked)

    def share(self, scores: Floats) -> float:
        """The engagement that scores earn, as a share of the oracle's."""
        odds = true_odds(self.world, self.asked)
        return engagement(self.world, scores, odds) / engagement(self.world, odds, odds)


def figures() -> Iterator[Figure]:
    """One line per model, each told when it is measured."""
    arenas = [Arena.of_seed(seed) for seed in SEEDS]
    for name in (*CHOICES, CHOSEN):
        found = [_other(arena, name) if name in CHOICES else _chosen(arena) for arena in arenas]
        share, seconds = np.mean(found, axis=0)
        yield figure(
            "model_choice",
            100 * float(share),
            "%",
            higher_is_better=True,
            row=name,
            processor_seconds=round(float(seconds), 1),
            seeds=len(SEEDS),
            interactions=INTERACTIONS,
        )


def _other(arena: Arena, name: str) -> tuple[float, float]:
    began = time.process_time()
    encoded: EncodedExamples = encode_examples(arena.data)
    cells: Cells = encoded.cells
    score = CHOICES[name](cells)
    seconds = time.process_time() - began
    distinct, of_occasion = np.unique(
        encoded.situations(arena.world, arena.asked), axis=0, return_inverse=True
    )
    place = [encoded.items.index(component.id) for component in arena.world.components]
    return arena.share(score(distinct)[of_occasion.ravel()][:, place]), seconds


def _chosen(arena: Arena) -> tuple[float, float]:
    began = time.process_time()
    model = train(arena.data, CLICKS, algorithm="contextual").model
    seconds = time.process_time() - began
    world, asked = arena.world, arena.asked
    traits, contexts = traits_of_cohorts(world), world.situations.contexts
    items = list(model.score(None, None, None).items)
    place = [items.index(component.id) for component in world.components]
    rows = [
        model.score(None, traits[int(world.population.cohort[viewer])], contexts[situation]).values[place]
        for viewer, situation in zip(asked.viewer.tolist(), asked.situation.tolist(), strict=True)
    ]
    return arena.share(np.array(rows)), seconds
