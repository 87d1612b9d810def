"""Off-policy estimators on logs with known true values."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from local.study.simulator.off_policy import (
    Estimate,
    LoggedDecisions,
    direct,
    doubly_robust,
    inverse_propensity,
    replay,
    self_normalised,
)

ACTIONS = 6
SIZE = 40_000
Estimator = Callable[[LoggedDecisions], Estimate]


def logged(
    *, model_is_right: bool, propensities_are_right: bool, seed: int = 1
) -> tuple[LoggedDecisions, float]:
    """Return decisions of a random policy, and the true value of the policy that takes the best arm."""
    rng = np.random.default_rng(seed)
    truth = rng.random((SIZE, ACTIONS)) * 0.5
    probabilities = rng.dirichlet(np.full(ACTIONS, 3.0), SIZE)
    shown = (probabilities.cumsum(axis=1) > rng.random(SIZE)[:, None]).argmax(axis=1)
    every = np.arange(SIZE)
    chosen = truth.argmax(axis=1)
    model = truth if model_is_right else np.full_like(truth, 0.1)
    return (
        LoggedDecisions(
            shown=shown,
            propensity=probabilities[every, shown] if propensities_are_right else np.full(SIZE, 0.5),
            reward=(rng.random(SIZE) < truth[every, shown]).astype(float),
            chosen=chosen,
            predicted_shown=model[every, shown],
            predicted_chosen=model[every, chosen],
        ),
        float(truth[every, chosen].mean()),
    )


@pytest.mark.parametrize("estimator", [inverse_propensity, self_normalised, doubly_robust])
def test_correct_propensities_give_the_true_value_with_a_wrong_model(estimator: Estimator) -> None:
    log, truth = logged(model_is_right=False, propensities_are_right=True)
    assert estimator(log).value == pytest.approx(truth, rel=0.1)
    assert direct(log).value < truth / 2


@pytest.mark.parametrize("estimator", [direct, doubly_robust])
def test_a_correct_model_gives_the_true_value_with_wrong_propensities(estimator: Estimator) -> None:
    log, truth = logged(model_is_right=True, propensities_are_right=False)
    assert estimator(log).value == pytest.approx(truth, rel=0.05)
    assert inverse_propensity(log).value < truth / 2


# Values of obp 0.4.1 (ReplayMethod, InverseProbabilityWeighting, SelfNormalizedInverseProbabilityWeighting,
# DirectMethod and DoublyRobust) for the log of `logged` with seed 1 and a model of 0.8 truth + 0.05.
OBP_VALUES: dict[Estimator, float] = {
    replay: 0.42098133654425046,
    inverse_propensity: 0.41700093196628657,
    self_normalised: 0.41488312117842313,
    direct: 0.3925414701584221,
    doubly_robust: 0.4146895323504963,
}


@pytest.mark.parametrize("estimator", list(OBP_VALUES), ids=lambda estimator: estimator.__name__)
def test_estimates_equal_those_of_obp(estimator: Estimator) -> None:
    log, _ = logged(model_is_right=True, propensities_are_right=True)
    biased = dataclasses.replace(
        log,
        predicted_shown=0.8 * log.predicted_shown + 0.05,
        predicted_chosen=0.8 * log.predicted_chosen + 0.05,
    )
    assert estimator(biased).value == pytest.approx(OBP_VALUES[estimator], rel=1e-9)


def test_a_correct_model_makes_the_doubly_robust_interval_narrower() -> None:
    log, _ = logged(model_is_right=True, propensities_are_right=True)
    robust, plain = doubly_robust(log), inverse_propensity(log)
    assert robust.high - robust.low < plain.high - plain.low


def test_intervals_have_the_stated_coverage() -> None:
    # GIVEN forty independent logs WHEN each is estimated THEN about one in twenty intervals misses the truth
    inside = 0
    for seed in range(40):
        log, truth = logged(model_is_right=True, propensities_are_right=True, seed=seed)
        estimate = doubly_robust(log)
        inside += estimate.low <= truth <= estimate.high
    assert inside >= 34


def test_no_overlap_between_policy_and_log_gives_no_estimate() -> None:
    log, _ = logged(model_is_right=True, propensities_are_right=True)
    apart = LoggedDecisions(
        shown=np.zeros(10, np.int64),
        propensity=np.ones(10),
        reward=np.ones(10),
        chosen=np.ones(10, np.int64),
        predicted_shown=log.predicted_shown[:10],
        predicted_chosen=log.predicted_chosen[:10],
    )
    assert np.isnan(self_normalised(apart).value)
