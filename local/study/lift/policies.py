"""What other policies would have been worth, from the slots that tried something by a known chance.

The pool, and the chance with which one of it is shown, are logged for each slot of each group of viewers.
Given the ranking and the other slots the draw is ours alone, so weighting by its propensity is unbiased for
every policy that picks from the pool, whatever made the ranking; policies that would show something outside
the pool cannot be judged from these logs.
"""

from dataclasses import dataclass

import duckdb
import numpy as np

from local.study.lift.errors import LiftError
from local.study.simulator.off_policy import Estimate, LoggedDecisions, doubly_robust, inverse_propensity
from local.study.simulator.population import Floats

PRIOR_SCREENS = 50.0
QUERY = """
    WITH shown AS (
        SELECT match_id, version, cohort, viewers, placement.*
        FROM decisions, UNNEST(placements) AS p(placement)
        WHERE NOT holdout AND len(placement.pool) > 1 AND placement.propensity < 1
    ), sent AS (
        SELECT match_id, version, cohort, slot, component_id, sum(viewers) AS everybody
        FROM shown GROUP BY ALL
    ), engaged AS (
        SELECT match_id, version, cohort, slot, component_id,
            count(DISTINCT interaction_id) AS engagements
        FROM interactions WHERE type IN ('click', 'conversion') AND NOT holdout GROUP BY ALL
    )
    SELECT shown.component_id, shown.pool, shown.propensity, shown.viewers,
        coalesce(engagements, 0) / everybody AS rate, hash(shown.match_id, shown.version) % 2 AS half
    FROM shown INNER JOIN sent USING (match_id, version, cohort, slot, component_id)
    LEFT JOIN engaged USING (match_id, version, cohort, slot, component_id)
    ORDER BY ALL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValue:
    """A policy's engagements per screen and slot, by both estimators."""

    policy: str
    inverse_propensity: Estimate
    doubly_robust: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Slots of groups: what was shown, by what chance, from which pool, to how many viewers, and its rate."""

    shown: list[str]
    pool: list[list[str]]
    propensity: Floats
    viewers: Floats
    rate: Floats
    half: Floats


def policy_values(logs: duckdb.DuckDBPyConnection) -> list[PolicyValue]:
    """The ranking's best, and the most engaging of the pool as the other half of the versions tells it.

    Raises LiftError if no slot tried anything.
    """
    tried = _tried(logs)
    liking = _liking(tried)
    best = [pool[0] for pool in tried.pool]
    popular = [max(pool, key=likes.__getitem__) for pool, likes in zip(tried.pool, liking, strict=True)]
    return [
        _value("the ranking's best", tried, best, liking),
        _value("the pool's most engaging", tried, popular, liking),
    ]


def _tried(logs: duckdb.DuckDBPyConnection) -> Tried:
    rows = logs.execute(QUERY).fetchall()
    if not rows:
        raise LiftError("expected slots that tried something by a known chance, got none in the decisions")
    shown, pool, propensity, viewers, rate, half = zip(*rows, strict=True)
    numbers = [np.array(values, float) for values in (propensity, viewers, rate, half)]
    return Tried(
        shown=list(shown),
        pool=list(pool),
        propensity=numbers[0],
        viewers=numbers[1],
        rate=numbers[2],
        half=numbers[3],
    )


def _liking(tried: Tried) -> list[dict[str, float]]:
    """For each row, engagement by component as the other half of the versions tells it."""
    overall = float(np.average(tried.rate, weights=tried.viewers))
    names = {name for pool in tried.pool for name in pool}
    by_half = []
    for half in (0.0, 1.0):
        screens, engagements = (
            dict.fromkeys(names, PRIOR_SCREENS),
            dict.fromkeys(names, PRIOR_SCREENS * overall),
        )
        for at in np.flatnonzero(tried.half != half):
            screens[tried.shown[at]] += float(tried.viewers[at])
            engagements[tried.shown[at]] += float(tried.viewers[at] * tried.rate[at])
        by_half.append({name: engagements[name] / screens[name] for name in names})
    return [by_half[int(half)] for half in tried.half]


def _value(policy: str, tried: Tried, chosen: list[str], liking: list[dict[str, float]]) -> PolicyValue:
    """Every row counts as often as it has viewers: values are scaled, which the estimators' sums allow."""
    scale = tried.viewers / tried.viewers.mean()
    names = {name: at for at, name in enumerate(sorted({*tried.shown, *chosen}))}
    log = LoggedDecisions(
        shown=np.array([names[name] for name in tried.shown]),
        propensity=tried.propensity,
        reward=tried.rate * scale,
        chosen=np.array([names[name] for name in chosen]),
        predicted_shown=np.array([likes[name] for likes, name in zip(liking, tried.shown, strict=True)])
        * scale,
        predicted_chosen=np.array([likes[name] for likes, name in zip(liking, chosen, strict=True)]) * scale,
    )
    return PolicyValue(
        policy=policy, inverse_propensity=inverse_propensity(log), doubly_robust=doubly_robust(log)
    )
