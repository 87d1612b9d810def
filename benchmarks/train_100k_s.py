"""`train_100k_s`: time of a training on 100,000 simulated interactions."""

import time
from collections.abc import Iterator

from benchmarks.figure import Figure, figure
from local.study.simulator.clickstream import simulate
from local.study.simulator.evaluation import CLICKS
from local.study.simulator.training_set import training_data
from local.study.simulator.world import make_world
from local.twin.services.personalize.model.training import train

INTERACTIONS = 100_000


def figures() -> Iterator[Figure]:
    """Yield one line."""
    world = make_world(1)
    data = training_data(world, simulate(world, INTERACTIONS))
    started, processor = time.perf_counter(), time.process_time()
    train(data, CLICKS, algorithm="contextual")
    yield figure(
        "train_100k_s",
        time.perf_counter() - started,
        "s",
        processor_seconds=round(time.process_time() - processor, 2),
        interactions=INTERACTIONS,
    )
