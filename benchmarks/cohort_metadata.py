"""`cohort_metadata`: what cohorts lose if their acts are not written again for the cohort's own user.

The value is the expected engagement of viewers without a clickstream who get their cohort's recommendations,
as a share of the oracle's. Each row is a way to train and to ask. `own_rows`: every act is also the cohort's.
`metadata`: acts are the viewers' only, and the cohort is a user with traits and no interaction. `context`:
the cohort is a user that is not known. The twin's model reads traits by construction. Personalize does not
say how much its recipes make of them.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.figure import Figure, figure
from local.study.simulator.clickstream import simulate
from local.study.simulator.evaluation import (
    CLICKS,
    draw_requests,
    engagement,
    interval,
    score_cohorts,
    true_odds,
)
from local.study.simulator.training_set import training_data
from local.study.simulator.world import make_world
from local.twin.services.personalize.model.training import train

SEEDS = (1, 2, 3)
INTERACTIONS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to serve a cohort."""

    name: str
    cohort_rows: bool
    traits: bool


WAYS = (
    Way(name="own_rows", cohort_rows=True, traits=True),
    Way(name="metadata", cohort_rows=False, traits=True),
    Way(name="context", cohort_rows=False, traits=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one way gave in one world."""

    share: float
    rows: int
    processor_seconds: float


def figures() -> Iterator[Figure]:
    """Yield a line per way."""
    for way in WAYS:
        results = [_measure(way, seed) for seed in SEEDS]
        found = interval([result.share for result in results])
        yield figure(
            "cohort_metadata",
            100 * found.mean,
            "%",
            higher_is_better=True,
            row=way.name,
            interval=[round(100 * found.low, 2), round(100 * found.high, 2)],
            imported_rows=round(float(np.mean([result.rows for result in results]))),
            processor_seconds=round(float(np.mean([result.processor_seconds for result in results])), 1),
            seeds=len(SEEDS),
            interactions=INTERACTIONS,
        )


def _measure(way: Way, seed: int) -> Result:
    world = make_world(seed)
    data = training_data(world, simulate(world, INTERACTIONS), cohort_rows=way.cohort_rows)
    began = time.process_time()
    model = train(data, CLICKS, algorithm="contextual").model
    seconds = time.process_time() - began
    requests = draw_requests(world, np.random.default_rng([seed, 2]))
    odds = true_odds(world, requests)
    scores = score_cohorts(world, model, requests, with_traits=way.traits)
    assert data.interactions is not None
    return Result(
        share=engagement(world, scores, odds) / engagement(world, odds, odds),
        rows=data.interactions.num_rows,
        processor_seconds=seconds,
    )
