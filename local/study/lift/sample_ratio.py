"""Whether the arms have the sizes that were drawn: if not, something besides the draw chose viewers."""

from dataclasses import dataclass

from scipy.stats import chisquare

from local.study.lift.errors import LiftError
from local.study.lift.lift import Lift

ALARM = 0.001
"""So unlikely by chance that the lift is not to be believed.

As is the custom of the trade, for the check runs often: Fabijan et al., Diagnosing Sample Ratio Mismatch in
Online Controlled Experiments, KDD 2019, https://doi.org/10.1145/3292500.3330722.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRatio:
    """The share of viewers that was to be held out, the share that was, and how likely that is by chance."""

    expected_share: float
    share: float
    p_value: float
    holds: bool


def sample_ratio(lift: Lift, holdout_share: float) -> SampleRatio:
    """Pearson's test of the arms' viewers against the share of the experiment; raises LiftError."""
    if not 0 < holdout_share < 1:
        raise LiftError(f"--holdout-share: expected a share between 0 and 1, got {holdout_share:g}")
    viewers = lift.served_viewers + lift.holdout_viewers
    expected = [viewers * (1 - holdout_share), viewers * holdout_share]
    p_value = float(chisquare([lift.served_viewers, lift.holdout_viewers], expected).pvalue)
    return SampleRatio(
        expected_share=holdout_share,
        share=lift.holdout_viewers / viewers,
        p_value=p_value,
        holds=p_value >= ALARM,
    )
