"""`model_choice`: the quality and training cost of models for campaigns.

The value is the engagement of viewers without a clickstream, as a share of the oracle's, in two simulated
worlds. Models score the context and traits, without the viewer's history. `processor_seconds` is the CPU time
of a training on 100,000 interactions. The row `crossed_regression` is the model that the twin uses.
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
from local.study.simulator.truth import Truth
from local.study.simulator.world import SimulatedWorld, make_world
from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.model.training import train

SEEDS = (1, 2)
INTERACTIONS = 100_000
CHOSEN = "crossed_regression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A world, its training data, and the requests on which models are evaluated."""

    world: SimulatedWorld[Truth]
    data: GroupData
    requests: Requests

    @staticmethod
    def of_seed(seed: int) -> "Contest":
        """Create the contest of a seed."""
        world = make_world(seed)
        data = training_data(world, simulate(world, INTERACTIONS))
        requests = draw_requests(world, np.random.default_rng([seed, 2]))
        return Contest(world=world, data=data, requests=requests)

    def share(self, scores: Floats) -> float:
        """Return the engagement of scores as a share of the oracle's."""
        odds = true_odds(self.world, self.requests)
        return engagement(self.world, scores, odds) / engagement(self.world, odds, odds)


def figures() -> Iterator[Figure]:
    """Yield a line per model."""
    contests = [Contest.of_seed(seed) for seed in SEEDS]
    for name in (*CHOICES, CHOSEN):
        found = [
            _measure_choice(contest, name) if name in CHOICES else _measure_chosen(contest)
            for contest in contests
        ]
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


def _measure_choice(contest: Contest, name: str) -> tuple[float, float]:
    began = time.process_time()
    encoded: EncodedExamples = encode_examples(contest.data)
    cells: Cells = encoded.cells
    score = CHOICES[name](cells)
    seconds = time.process_time() - began
    distinct, of_occasion = np.unique(
        encoded.situations(contest.world, contest.requests), axis=0, return_inverse=True
    )
    place = [encoded.items.index(component.id) for component in contest.world.components]
    return contest.share(score(distinct)[of_occasion.ravel()][:, place]), seconds


def _measure_chosen(contest: Contest) -> tuple[float, float]:
    began = time.process_time()
    model = train(contest.data, CLICKS, algorithm="contextual").model
    seconds = time.process_time() - began
    world, requests = contest.world, contest.requests
    traits, contexts = traits_of_cohorts(world), world.situations.contexts
    items = list(model.score(None, None, None).items)
    place = [items.index(component.id) for component in world.components]
    rows = [
        model.score(None, traits[int(world.population.cohort[viewer])], contexts[situation]).values[place]
        for viewer, situation in zip(requests.viewer.tolist(), requests.situation.tolist(), strict=True)
    ]
    return contest.share(np.array(rows)), seconds
