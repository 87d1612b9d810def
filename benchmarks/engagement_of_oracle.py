"""`engagement_of_oracle`: expected engagement of policies on new viewers, as a share of an oracle's.

The value is the mean over five seeds, with its 95% confidence interval. The oracle knows the true engagement
probabilities. The preferences of random worlds are drawn; those of the demo's world follow its table of
tastes, and only what fits the match and the constraints allow is shown.
"""

from collections.abc import Callable, Iterator

from benchmarks.figure import Figure, figure
from local.play.demo.demo_match import load_demo_feed
from local.study.simulator.evaluation import POLICIES, evaluate, interval
from local.study.simulator.truth import Truth
from local.study.simulator.world import SimulatedWorld, make_world
from local.study.tastes.demo_world import make_demo_world

SEEDS = (1, 2, 3, 4, 5)
INTERACTIONS = 100_000


def figures() -> Iterator[Figure]:
    """Yield a line per policy, first of random worlds, then of the demo's."""
    match = load_demo_feed().match
    yield from _of_worlds("random", make_world)
    yield from _of_worlds("demo", lambda seed: make_demo_world(match, seed=seed))


def _of_worlds(world: str, make: Callable[[int], SimulatedWorld[Truth]]) -> Iterator[Figure]:
    shares, cohorts = [], 0
    for seed in SEEDS:
        made = make(seed)
        cohorts = max(cohorts, len(made.population.cohorts))
        shares.append(evaluate(made, interactions=INTERACTIONS))
    for policy in POLICIES:
        found = interval([share[policy] for share in shares])
        yield figure(
            "engagement_of_oracle",
            100 * found.mean,
            "%",
            higher_is_better=True,
            row=policy if world == "random" else f"{world}_{policy}",
            interval=[round(100 * found.low, 2), round(100 * found.high, 2)],
            lowest=round(100 * min(share[policy] for share in shares), 2),
            highest=round(100 * max(share[policy] for share in shares), 2),
            world=world,
            seeds=len(SEEDS),
            interactions=INTERACTIONS,
            cohorts=cohorts,
        )
