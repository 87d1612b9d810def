"""`engagement_of_oracle`: expected engagement of policies on new viewers, as a share of an oracle's.

The value is the mean over five simulated worlds, with its 95% confidence interval. The oracle knows the true
engagement probabilities.
"""

from collections.abc import Iterator

from benchmarks.figure import Figure, figure
from local.study.simulator.evaluation import POLICIES, evaluate_seed, interval
from local.study.simulator.world import make_world

SEEDS = (1, 2, 3, 4, 5)
INTERACTIONS = 100_000


def figures() -> Iterator[Figure]:
    """Yield a line per policy."""
    shares = [evaluate_seed(seed, interactions=INTERACTIONS) for seed in SEEDS]
    cohorts = [len(make_world(seed).population.cohorts) for seed in SEEDS]
    for policy in POLICIES:
        found = interval([share[policy] for share in shares])
        yield figure(
            "engagement_of_oracle",
            100 * found.mean,
            "%",
            higher_is_better=True,
            row=policy,
            interval=[round(100 * found.low, 2), round(100 * found.high, 2)],
            seeds=len(SEEDS),
            interactions=INTERACTIONS,
            cohorts=max(cohorts),
        )
