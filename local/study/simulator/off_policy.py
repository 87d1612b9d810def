"""Off-policy estimators: the value of a policy, from the logged decisions of another policy.

Estimators of Dudík, Langford and Li, "Doubly Robust Policy Evaluation and Learning" (ICML 2011),
https://arxiv.org/abs/1103.4601, for policies that choose one component: inverse propensity scoring, its
self-normalised form, the direct method, and the doubly robust one; and replay (Li, Chu, Langford and Wang,
WSDM 2011, https://arxiv.org/abs/1003.5956). The tests compare each with obp 0.4.1.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from local.study.simulator.population import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDecisions:
    """Parallel arrays: the action shown, its propensity and reward, and the action that the policy chooses.

    `predicted_shown` and `predicted_chosen` are a model's expected rewards of the two actions.
    """

    shown: Ints
    propensity: Floats
    reward: Floats
    chosen: Ints
    predicted_shown: Floats
    predicted_chosen: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A policy's value with its 95% confidence interval (normal approximation)."""

    value: float
    low: float
    high: float


def replay(log: LoggedDecisions) -> Estimate:
    """Return the mean reward where policy and log agree; unbiased for uniform propensities."""
    matching = log.reward[log.shown == log.chosen]
    if len(matching) < 2:
        return Estimate(value=float("nan"), low=float("nan"), high=float("nan"))
    return _estimate(matching)


def inverse_propensity(log: LoggedDecisions) -> Estimate:
    """Return the inverse propensity estimate: unbiased, with a high variance for small propensities."""
    return _estimate(_weights(log) * log.reward)


def self_normalised(log: LoggedDecisions) -> Estimate:
    """Return the self-normalised estimate: slightly biased, with a lower variance."""
    weights = _weights(log)
    total = float(weights.sum())
    if total == 0:
        return Estimate(value=float("nan"), low=float("nan"), high=float("nan"))
    value = float((weights * log.reward).sum() / total)
    # Standard error of a ratio, by the delta method.
    error = float(np.sqrt(((weights * (log.reward - value)) ** 2).sum()) / total)
    return _interval(value, error)


def direct(log: LoggedDecisions) -> Estimate:
    """Return the model's estimate: as biased as the model."""
    return _estimate(log.predicted_chosen)


def doubly_robust(log: LoggedDecisions) -> Estimate:
    """Return the doubly robust estimate: consistent if the model or the propensities are correct."""
    return _estimate(log.predicted_chosen + _weights(log) * (log.reward - log.predicted_shown))


def _weights(log: LoggedDecisions) -> Floats:
    weights: Floats = (log.shown == log.chosen) / log.propensity
    return weights


def _estimate(values: Floats) -> Estimate:
    return _interval(float(values.mean()), float(stats.sem(values)))


def _interval(value: float, error: float) -> Estimate:
    margin = float(stats.norm.ppf(0.975)) * error
    return Estimate(value=value, low=value - margin, high=value + margin)
