"""`recommend_p99_ms`: latency of GetRecommendations in the twin's Personalize, without the network."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np

from benchmarks.figure import Figure, figure
from local.study.simulator.clickstream import simulate
from local.study.simulator.evaluation import CLICKS
from local.study.simulator.training_set import training_data
from local.study.simulator.world import make_world
from local.twin.services.personalize.deployed_model import DeployedModel
from local.twin.services.personalize.model.training import train
from local.twin.services.personalize.recipes import RECIPES
from local.twin.services.personalize.service import PersonalizeService

REQUESTS = 5_000
CAMPAIGN = "arn:aws:personalize:us-east-1:123456789012:campaign/benchmark"


class NoObjects:
    """An object store that is not used."""

    def get_object(self, **kwargs: Any) -> Any:
        """Fail: the benchmark imports nothing."""
        raise AssertionError(kwargs)

    list_objects_v2 = get_object


def figures() -> Iterator[Figure]:
    """Yield one line; half of the requests are for viewers in the clickstream, half for new ones."""
    world = make_world(1)
    data = training_data(world, simulate(world, 50_000))
    service = PersonalizeService(
        lambda _role_arn: NoObjects(), lambda: datetime(2026, 1, 1, tzinfo=UTC), campaign_tps=float("inf")
    )
    service.deploy_model(
        CAMPAIGN,
        DeployedModel(
            solution_version_arn="benchmark",
            dataset_group_arn="benchmark",
            recipe=RECIPES[0],
            model=train(data, CLICKS, algorithm="contextual").model,
            data=data,
        ),
    )
    rng = np.random.default_rng(1)
    situations = world.situations.draw(REQUESTS, rng)
    milliseconds, processor_milliseconds = [], []
    for at in range(REQUESTS):
        user = world.population.viewer_ids[int(rng.integers(0, 2000))] if at % 2 else f"new-{at}"
        fields = {
            "campaignArn": CAMPAIGN,
            "userId": user,
            "context": world.situations.contexts[situations[at]],
        }
        body = json.dumps(fields).encode()
        started, processor = time.perf_counter(), time.thread_time()
        status, _, _ = service.handle("personalize-runtime", "POST", "/recommendations", {}, body)
        milliseconds.append((time.perf_counter() - started) * 1000)
        processor_milliseconds.append((time.thread_time() - processor) * 1000)
        assert status == 200, "every request succeeds"
    p50, p99 = np.percentile(milliseconds, (50, 99))
    yield figure(
        "recommend_p99_ms",
        float(p99),
        "ms",
        p50=round(float(p50), 3),
        processor_p99=round(float(np.percentile(processor_milliseconds, 99)), 3),
        requests=REQUESTS,
    )
