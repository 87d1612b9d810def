"""Off-policy estimators against a truth that is known."""

import dataclasses

import numpy as np
import pytest

from local.study.simulator.off_policy import (
    LoggedDecisions,
    direct,
    doubly_robust,
    inverse_propensity,
    replay,
    self_normalised,
)

ACTIONS = 6
SIZE = 40_000


def logged(
    *, model_is_right: bool, propensities_are_right: bool, seed: int = 1
) -> tuple[LoggedDecisions, float]:
    """Decisions of an uneven random policy, and the true value of the policy that takes the best arm."""
    chance = np.random.default_rng(seed)
    truth = chance.random((SIZE, ACTIONS)) * 0.5
    likely = chance.dirichlet(np.full(ACTIONS, 3.0), SIZE)
    shown = (likely.cumsum(axis=1) > chance.random(SIZE)[:, None]).argmax(axis=1)
    every = np.arange(SIZE)
    chosen = truth.argmax(axis=1)
    model = truth if model_is_right else np.full_like(truth, 0.1)
    return (
        LoggedDecisions(
            shown=shown,
            propensity=likely[every, shown] if propensities_are_right else np.full(SIZE, 0.5),
            reward=(chance.random(SIZE) < truth[every, shown]).astype(float),
            chosen=chosen,
            predicted_shown=model[every, shown],
            predicted_chosen=model[every, chosen],
        ),
        float(truth[every, chosen].mean()),
    )


@pytest.mark.parametrize("estimator", [inverse_propensity, self_normalised, doubly_robust])
def test_right_propensities_give_the_true_value_though_the_model_is_wrong(estimator) -> None:
    log, truth = logged(model_is_right=False, propensities_are_right=True)
    assert estimator(log).value == pytest.approx(truth, rel=0.1)
    assert direct(log).value < truth / 2


@pytest.mark.parametrize("estimator", [direct, doubly_robust])
def test_a_right_model_gives_the_true_value_though_the_propensities_are_wrong(estimator) -> None:
    log, truth = logged(model_is_right=True, propensities_are_right=False)
    assert estimator(log).value == pytest.approx(truth, rel=0.05)
    assert inverse_propensity(log).value < truth / 2


# What obp 0.4.1 (zr-obp's estimators ReplayMethod, InverseProbabilityWeighting, its self-normalised form,
# DirectMethod and DoublyRobust) answers on the log of `logged` with seed 1 and a model of 0.8 truth + 0.05.
OF_OBP = {
    replay: 0.42098133654425046,
    inverse_propensity: 0.41700093196628657,
    self_normalised: 0.41488312117842313,
    direct: 0.3925414701584221,
    doubly_robust: 0.4146895323504963,
}


@pytest.mark.parametrize("estimator", list(OF_OBP), ids=lambda estimator: estimator.__name__)
def test_estimates_are_those_of_a_well_kept_library(estimator) -> None:
    log, _ = logged(model_is_right=True, propensities_are_right=True)
    biased = dataclasses.replace(
        log,
        predicted_shown=0.8 * log.predicted_shown + 0.05,
        predicted_chosen=0.8 * log.predicted_chosen + 0.05,
    )
    assert estimator(biased).value == pytest.approx(OF_OBP[estimator], rel=1e-9)


def test_a_right_model_makes_the_doubly_robust_interval_narrower() -> None:
    log, _ = logged(model_is_right=True, propensities_are_right=True)
    robust, plain = doubly_robust(log), inverse_propensity(log)
    assert robust.high - robust.low < plain.high - plain.low


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    # GIVEN forty independent logs WHEN each is estimated THEN about one in twenty intervals misses the truth
    inside = 0
    for seed in range(40):
        log, truth = logged(model_is_right=True, propensities_are_right=True, seed=seed)
        estimate = doubly_robust(log)
        inside += estimate.low <= truth <= estimate.high
    assert inside >= 34


def test_nothing_in_common_is_told_and_not_guessed() -> None:
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
