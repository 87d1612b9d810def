"""Estimate the engagement that other policies would have had, from the slots with a random trial.

For each slot of each group of viewers, the decisions log the pool and the propensity of the component shown.
Given the ranking and the other slots, only our own draw decides what is shown. Weighting by its propensity
is therefore unbiased for every policy that picks from the pool, however the ranking came about. Policies that
would show a component outside the pool cannot be estimated from these logs.
"""

from dataclasses import dataclass

import duckdb
import numpy as np

from local.study.lift.errors import LiftError
from local.study.simulator.off_policy import Estimate, LoggedDecisions, doubly_robust, inverse_propensity
from local.study.simulator.population import Floats

PRIOR_SCREENS = 50.0
"""Weight of the overall rate in a component's rate, in screens."""
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
    """A policy's engagements per screen and slot, by two estimators."""

    policy: str
    inverse_propensity: Estimate
    doubly_robust: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """Parallel lists: the component shown, its pool and propensity, the viewers, and their engagement rate.

    `half` says in which half of the context versions the slot is.
    """

    shown: list[str]
    pool: list[list[str]]
    propensity: Floats
    viewers: Floats
    rate: Floats
    half: Floats


def policy_values(logs: duckdb.DuckDBPyConnection) -> list[PolicyValue]:
    """Return the values of two policies; the second learns from the other half of the versions.

    Raises LiftError if no slot has a trial.
    """
    trials = _trials(logs)
    rates = _rates(trials)
    best = [pool[0] for pool in trials.pool]
    popular = [max(pool, key=rate_of.__getitem__) for pool, rate_of in zip(trials.pool, rates, strict=True)]
    return [
        _value("top-ranked in the pool", trials, best, rates),
        _value("most engaging in the pool", trials, popular, rates),
    ]


def _trials(logs: duckdb.DuckDBPyConnection) -> Trials:
    rows = logs.execute(QUERY).fetchall()
    if not rows:
        raise LiftError("expected slots with a random trial in the decisions, got none")
    shown, pool, propensity, viewers, rate, half = zip(*rows, strict=True)
    numbers = [np.array(values, float) for values in (propensity, viewers, rate, half)]
    return Trials(
        shown=list(shown),
        pool=list(pool),
        propensity=numbers[0],
        viewers=numbers[1],
        rate=numbers[2],
        half=numbers[3],
    )


def _rates(trials: Trials) -> list[dict[str, float]]:
    """Return for each row the engagement rate by component in the other half of the versions."""
    overall = float(np.average(trials.rate, weights=trials.viewers))
    names = {name for pool in trials.pool for name in pool}
    by_half = []
    for half in (0.0, 1.0):
        screens, engagements = (
            dict.fromkeys(names, PRIOR_SCREENS),
            dict.fromkeys(names, PRIOR_SCREENS * overall),
        )
        for at in np.flatnonzero(trials.half != half):
            screens[trials.shown[at]] += float(trials.viewers[at])
            engagements[trials.shown[at]] += float(trials.viewers[at] * trials.rate[at])
        by_half.append({name: engagements[name] / screens[name] for name in names})
    return [by_half[int(half)] for half in trials.half]


def _value(policy: str, trials: Trials, chosen: list[str], rates: list[dict[str, float]]) -> PolicyValue:
    """Estimate a policy; each row is weighted by its number of viewers."""
    scale = trials.viewers / trials.viewers.mean()
    names = {name: at for at, name in enumerate(sorted({*trials.shown, *chosen}))}
    log = LoggedDecisions(
        shown=np.array([names[name] for name in trials.shown]),
        propensity=trials.propensity,
        reward=trials.rate * scale,
        chosen=np.array([names[name] for name in chosen]),
        predicted_shown=np.array([of[name] for of, name in zip(rates, trials.shown, strict=True)]) * scale,
        predicted_chosen=np.array([of[name] for of, name in zip(rates, chosen, strict=True)]) * scale,
    )
    return PolicyValue(
        policy=policy, inverse_propensity=inverse_propensity(log), doubly_robust=doubly_robust(log)
    )
