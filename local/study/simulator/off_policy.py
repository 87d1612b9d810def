"""What a policy would have been worth, estimated from decisions that another policy made and logged.

Estimators of Dudík, Langford and Li, "Doubly Robust Policy Evaluation and Learning" (ICML 2011),
https://arxiv.org/abs/1103.4601, for policies that choose one component: inverse propensity scoring, its
self-normalised form, the direct method, and the doubly robust one; and replay (Li, Chu, Langford and Wang,
WSDM 2011, https://arxiv.org/abs/1003.5956). Each agrees with obp 0.4.1 on a log that the tests make.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from local.study.simulator.population import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDecisions:
    """Parallel arrays: what was shown, with what chance, what came of it, and what the policy would show.

    `predicted_shown` and `predicted_chosen` are a model's expected rewards of the two.
    """

    shown: Ints
    propensity: Floats
    reward: Floats
    chosen: Ints
    predicted_shown: Floats
    predicted_chosen: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A policy's value with its 95% interval, by the normal approximation of the mean's error."""

    value: float
    low: float
    high: float


def replay(log: LoggedDecisions) -> Estimate:
    """The mean reward where the policy would have shown what was shown; right if that was drawn evenly."""
    matching = log.reward[log.shown == log.chosen]
    if len(matching) < 2:
        return Estimate(value=float("nan"), low=float("nan"), high=float("nan"))
    return _estimate(matching)


def inverse_propensity(log: LoggedDecisions) -> Estimate:
    """Unbiased where propensities are right; its spread grows as they shrink."""
    return _estimate(_weights(log) * log.reward)


def self_normalised(log: LoggedDecisions) -> Estimate:
    """The weighted mean of the rewards: slightly biased, far steadier."""
    weights = _weights(log)
    total = float(weights.sum())
    if total == 0:
        return Estimate(value=float("nan"), low=float("nan"), high=float("nan"))
    value = float((weights * log.reward).sum() / total)
    # The ratio's error by the delta method.
    error = float(np.sqrt(((weights * (log.reward - value)) ** 2).sum()) / total)
    return _around(value, error)


def direct(log: LoggedDecisions) -> Estimate:
    """What the model expects; as wrong as the model is."""
    return _estimate(log.predicted_chosen)


def doubly_robust(log: LoggedDecisions) -> Estimate:
    """The model's expectation, corrected by what was seen: right if either model or propensities are."""
    return _estimate(log.predicted_chosen + _weights(log) * (log.reward - log.predicted_shown))


def _weights(log: LoggedDecisions) -> Floats:
    weights: Floats = (log.shown == log.chosen) / log.propensity
    return weights


def _estimate(values: Floats) -> Estimate:
    return _around(float(values.mean()), float(stats.sem(values)))


def _around(value: float, error: float) -> Estimate:
    reach = float(stats.norm.ppf(0.975)) * error
    return Estimate(value=value, low=value - reach, high=value + reach)
